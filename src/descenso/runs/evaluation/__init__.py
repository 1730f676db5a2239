"""The quality of a trained network: metrics, intervals, calibration, importance."""
