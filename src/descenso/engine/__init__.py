"""The theory, compiled: the training cycle and what it needs. Knows no tables and no disk."""
