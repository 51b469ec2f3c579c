"""How an expression looks: LaTeX, plain text, names."""
