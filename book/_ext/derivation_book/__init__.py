"""The book's own Sphinx extension: derivations, their ledger, and what it must satisfy.

A cell's output carries records as JSON inside a ``derivation`` directive. The
extension sets them as numbered mathematics, gathers them into a ledger, checks
the ledger against the chapters, and writes ``ledger.json`` on the site.
"""

from __future__ import annotations

import hashlib

from myst_nb.core.render import load_mime_renders
from sphinx.application import Sphinx
from sphinx.util import logging

from . import (
    ahead, api, assets, book_graph, cards, checks, clinic, conventions, directives, errata, examples, execution, exercises, figures, formulas, glance,
    leftovers, ledger, missing, mistakes, moving, nodes, notation, numbers, own, parallel, permalinks, placeholders, playground, prose,
    provenance, reading, roles, search, settings, source_notes, spine, terms, unscripted, variants, verification,
)
from .domain import LedgerDomain

logger = logging.getLogger(__name__)

MIME = "application/vnd.diffusion-derived.ledger+json"


class LedgerMime:
    """The records beside a cell's visible output show nothing of their own."""

    mime_priority_overrides: list = []

    @staticmethod
    def handle_mime(renderer, data, inline: bool):
        """Render nothing for the ledger's type, leave the others alone."""
        return [] if data.mime_type == MIME else None


def changed_ledger(app: Sphinx, env) -> list[str]:
    """Write every page again when a statement changed: any page may show it."""
    now = hashlib.sha256(ledger.dump(ledger.assemble(app)).encode()).hexdigest()
    before, env.derivation_ledger = getattr(env, "derivation_ledger", None), now
    return sorted(env.found_docs) if before != now else []


def write(app: Sphinx, error: Exception | None) -> None:
    """Leave the ledger, the numbers and the glossary on the site."""
    if error is None and app.builder.format == "html":
        ledger.write(app)
        numbers.write(app)
        terms.write(app)
        numbers.update(app)


def setup(app: Sphinx) -> dict:
    """Register everything with Sphinx."""
    settings.add_values(app)
    app.add_domain(LedgerDomain)
    for module in (nodes, placeholders, conventions, directives, prose, source_notes, spine, reading, roles, notation, errata, clinic, exercises,
                   figures, moving, formulas, glance, verification, checks, execution, ahead, parallel, leftovers, provenance, api, assets, permalinks, missing, examples, mistakes, playground, own, variants, cards, book_graph, search, unscripted):
        module.setup(app)
    for mime in (LedgerMime, provenance.ProvenanceMime):
        if mime not in load_mime_renders():
            load_mime_renders().append(mime)
    app.connect("env-updated", changed_ledger)
    app.connect("build-finished", write)
    return {"version": "1", "env_version": 1,
            "parallel_read_safe": True, "parallel_write_safe": True}
