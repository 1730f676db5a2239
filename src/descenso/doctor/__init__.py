"""The doctor: symptoms, suspected causes, trials that prove them, and the diagnosis."""
