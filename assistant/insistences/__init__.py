"""When a customer insists on a product that does not suit: the procedure, step by step."""
