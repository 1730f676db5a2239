"""A run, from request to folder: prepared, trained, evaluated, stored, used to predict."""
