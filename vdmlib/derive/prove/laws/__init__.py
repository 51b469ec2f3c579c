"""Lines about laws that are not spelled out: a normal form of expected log-densities."""
