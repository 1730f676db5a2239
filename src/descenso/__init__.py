"""Train neural networks on your own data, fast, and see why they learn, or why they don't."""
