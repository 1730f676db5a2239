"""One file for each topic, named after it."""
