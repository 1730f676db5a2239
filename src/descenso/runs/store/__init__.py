"""A run on disk: what each file holds, written so that none is ever incomplete."""
