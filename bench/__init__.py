"""What the library reaches, measured: speed beside PyTorch, quality, bits per dimension.

``make bench`` runs it all. Each result is a line of JSON; the last whole run is kept in
``book/_data/bench.jsonl`` for the book's provenance page.
"""
