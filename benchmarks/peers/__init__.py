"""One file per contender; each trains a workload and tells how many seconds that took."""
