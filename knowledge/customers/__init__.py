"""Customers and their records. Nothing here is read without a scope."""
