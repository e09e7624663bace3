"""Durable work: what must go on after a crash."""
