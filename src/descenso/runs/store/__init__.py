"""A run on disk: what its files hold, and how they are written so that none is ever half there."""
