"""One file per learner; each learns from a table's training rows and answers for its test rows.

`answers(table, train, test, seed)`: numbers, or probabilities whose columns are the sorted classes.
"""
