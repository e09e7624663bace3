"""The records: documents and provisions by version, customers, products, and the shipped library of texts."""
