"""The words put to a model, as files with an identity."""
