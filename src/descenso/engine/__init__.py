"""The theory, compiled: the training cycle and its parts. No tables and no disk here."""
