"""What each column holds: its kind, its values, and what is suspicious about it."""
