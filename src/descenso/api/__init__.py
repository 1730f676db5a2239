"""What a Python program calls: one file for each public name."""
