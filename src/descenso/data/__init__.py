"""From a table that a person has to the float32 matrices that the cycle trains on. No JAX here."""
