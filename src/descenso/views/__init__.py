"""Results as people see them, one file per result: text, page and notebook."""
