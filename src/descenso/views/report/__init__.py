"""A run told on one page: what was learnt, how, what matters, the data, and how to repeat it."""
