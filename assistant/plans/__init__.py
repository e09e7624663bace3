"""Requests for a plan: who asked, how far the work is, what came of it."""
