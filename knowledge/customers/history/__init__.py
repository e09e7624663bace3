"""What was known about every customer on a day, and what happened after it: whole books at once."""
