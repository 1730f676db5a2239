"""The lessons, one file each, named after its topic."""
