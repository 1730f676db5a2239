"""Other libraries' names and models: Keras, PyTorch, scikit-learn."""
