"""Which kind of customer: value, stage of life and behaviour, each with its reason."""
