"""Identifiers are replaced by tokens before a model, a log or a trace."""
