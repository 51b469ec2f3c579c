"""Ordinary SymPy under the provers: expressions carried out, signs, zero tests, integrals, sums, limits."""
