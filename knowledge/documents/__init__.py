"""Documents, their versions by effective date, and the provisions that are cited."""
