"""Closing prices and net values of what customers hold, by day."""
