"""Does the model of demand know what customers come to need? Against events, the hidden truth and naive orders."""
