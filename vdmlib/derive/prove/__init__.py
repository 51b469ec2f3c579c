"""The provers, and which of them settles a line."""
