"""A run, from what was requested to its folder: prepared, trained, stored, evaluated."""
