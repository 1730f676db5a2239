"""The doctor: reads symptoms, suspects causes, and proves one by trials."""
