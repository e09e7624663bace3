"""What a customer may need in the next 90 days: a probability, its reasons, and how good the model is."""
