"""Both sides of a line evaluated at random instances, by code that no prover uses."""
