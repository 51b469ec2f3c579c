"""The command that checks an author's own files, `derive-check`, and reports for people and for machines."""

from .main import derive_check, main

__all__ = ["derive_check", "main"]
