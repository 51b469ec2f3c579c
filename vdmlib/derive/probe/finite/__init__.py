"""Laws that nothing is given about, as random tables on a few points: every statement about densities has a value there."""
