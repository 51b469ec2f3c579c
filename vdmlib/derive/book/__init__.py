"""Statements, derivations and exercises, and the records that the book keeps of them."""
