"""Options that several commands share, and how their texts are parsed."""
