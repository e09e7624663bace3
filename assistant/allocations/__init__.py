"""The firm's model allocations by risk level and effective date, as headquarters keeps them."""
