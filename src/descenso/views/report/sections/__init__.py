"""The sections of a report: a file for each, which makes HTML of the report's numbers."""
