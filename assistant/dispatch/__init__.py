"""From approved bytes to a customer: the outbox and the channels."""
