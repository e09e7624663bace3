"""Facts about a customer, computed in code: portrait, portfolio, suitability and matching products."""
