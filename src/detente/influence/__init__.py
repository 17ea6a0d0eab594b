"""Which unknowns matter to a plan, where it fails, and what finding out would be worth."""
