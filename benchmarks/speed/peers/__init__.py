"""One file per contender; each trains a workload and returns the seconds that it took."""
