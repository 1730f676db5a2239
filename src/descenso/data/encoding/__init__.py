"""Columns as float32 matrices and the target as numbers, learnt from training rows."""
