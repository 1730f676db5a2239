"""How a run and what belongs to it look to a person: words, numbers, pages, curves."""
