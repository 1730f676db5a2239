"""Sweeps: the grid, the ranking, and the file that stores both."""
