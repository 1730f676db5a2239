"""What a trained network is worth: metrics, intervals, importance, curves."""
