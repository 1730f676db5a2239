"""What each column is, what its values say, and what is wrong with it."""
