"""descenso trains neural networks on your own data, fast, and shows why they learn, or why they don't."""
