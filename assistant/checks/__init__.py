"""What must hold of a draft before a person decides on it."""
