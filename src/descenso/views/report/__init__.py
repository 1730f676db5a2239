"""The report of a run on one page: quality, training, columns, data, recipe."""
