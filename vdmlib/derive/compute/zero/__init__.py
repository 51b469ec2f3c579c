"""The zero test: 0 if and only if an expression is proved to vanish identically, else a readable residual."""

from .decide import Normal, simplify_zero, unread

__all__ = ["simplify_zero", "Normal", "unread"]
