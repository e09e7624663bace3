"""The browser pages: an HTTP client of the API."""
