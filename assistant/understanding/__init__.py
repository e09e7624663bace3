"""What a message asks for: its intent, its day, and whether it may be answered."""
