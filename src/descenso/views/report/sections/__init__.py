"""The report's sections, one file each: numbers become HTML."""
