"""What an agent or a workflow may compute about a customer, within a scope."""
