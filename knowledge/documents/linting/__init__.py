"""What is wrong with library texts: rules about a text alone, about what it cites, and about texts side by side."""
