"""The terminal's output: what was chosen, how training goes, and its result."""
