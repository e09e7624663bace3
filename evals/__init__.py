"""One folder per question asked of the product."""
