"""What a person sees: what was understood, how the training goes, and what came out of it."""
