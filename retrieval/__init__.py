"""Passages for a question, as of a day."""
