"""Tags of customers: what they are earned by, and keeping them."""
