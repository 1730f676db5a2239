"""Columns and target as numbers, fitted on the training rows only."""
