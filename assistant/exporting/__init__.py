"""Approved letters as files for people: one document, set as PDF, DOCX and HTML with the same words."""
