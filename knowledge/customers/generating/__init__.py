"""Fictional customers with a history and a hidden truth, written as the files that an import takes."""
