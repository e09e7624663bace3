"""The pages that people work in: an HTTP client of the API, so that everybody passes the same authorization."""
