"""A case as a file: PDF, Word or HTML with the same content."""
