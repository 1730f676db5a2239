"""The Python interface: one file per public name."""
