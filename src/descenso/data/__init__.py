"""From any table to float32 matrices. No JAX here."""
