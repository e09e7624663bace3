"""What happened, in a chain of hashes, written with the change itself."""
