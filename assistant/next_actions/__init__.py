"""The next best actions of a day across an advisor's whole book, and what came of them."""
