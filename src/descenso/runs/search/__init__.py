"""A sweep's grid, its groups, its ranking, and the file it is kept in."""
