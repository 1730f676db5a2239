"""Other libraries' words and files."""
