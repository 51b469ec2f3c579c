"""What formulas need on the site: one style sheet with their font in it, and the converter, for what the page itself draws.

The font stands in the style sheet, so that it is there before anything is drawn and no line moves when it comes, in a page
that is opened as a file too. Of STIX Two Math, whose licence (OFL) permits it, only the signs that formulas use are taken.
"""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from pathlib import Path

from fontTools import subset  # matplotlib brings it

FOLDER = "formulas"
STYLE, CONVERTER = f"{FOLDER}/formulas.css", f"{FOLDER}/temml.js"
FONT = Path("@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff")
RULES = Path("temml/dist/Temml-STIX2.css")
PROGRAM = Path("temml/dist/temml.min.js")
#: The widest sign of a root, in thousandths of an em; the lowest has 794.
ROOT = 860
NOTE = """\
/* Formulas: rules of Temml, Copyright (c) 2020-2025 Ron Kok, MIT License; a part of STIX Two Math,
   Copyright 2001-2021 The STIX Fonts Project Authors, SIL Open Font License 1.1. */
"""


def _signs() -> set[int]:
    """Latin and Greek letters in the alphabets of mathematics, operators, arrows, brackets, accents, what stands in text."""
    ranges = [
        (0x20, 0x7E), (0xA0, 0xFF), (0x2B0, 0x2DF), (0x300, 0x30C), (0x391, 0x3C9), (0x2002, 0x200B), (0x2010, 0x2027),
        (0x2032, 0x2037), (0x2061, 0x2064), (0x2190, 0x21A6), (0x21D0, 0x21D4), (0x2200, 0x22FF), (0x2308, 0x230B),
        (0x27E8, 0x27E9), (0x27F5, 0x27FA), (0x1D400, 0x1D467), (0x1D49C, 0x1D4B5), (0x1D538, 0x1D56B), (0x1D5A0, 0x1D5D3),
        (0x1D6A8, 0x1D755),
    ]
    single = [0x203E, 0x2300, 0x3D1, 0x3D5, 0x3D6, 0x3F0, 0x3F1, 0x3F5, 0x20D7, 0x2102, 0x210B, 0x210D, 0x210E, 0x210F, 0x2110, 0x2112, 0x2113,
              0x2115, 0x2119, 0x211A, 0x211B, 0x211D, 0x2124, 0x212C, 0x2130, 0x2131, 0x2133, 0x2135, 0x2016, 0x23DE, 0x23DF]
    return {code for first, last in ranges for code in range(first, last + 1)} | set(single)


#: The code points that the site's font has.
SIGNS = _signs()


def font(source: Path) -> bytes:
    """The part of the font that formulas use, as WOFF, the same bytes each time."""
    options = subset.Options(
        flavor="woff", hinting=False, notdef_outline=True, recalc_timestamp=False,
        layout_features=["ssty", "dtls", "flac", "ss01", "ss04", "ccmp", "mark", "mkmk"],
    )
    whole = subset.load_font(str(source), options)
    part = subset.Subsetter(options)
    part.populate(unicodes=SIGNS)
    part.subset(whole)
    _narrow_roots(whole)
    out = io.BytesIO()
    whole.flavor = "woff"
    whole.save(out, reorderTables=False)
    return out.getvalue()


def _narrow_roots(whole) -> None:
    """Bring the higher signs of a root to one width: Chromium keeps room behind each root for the widest of them."""
    variants = whole["MATH"].table.MathVariants
    signs = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(whole.getBestCmap()[ord("√")])]
    names = {each.VariantGlyph for each in signs.MathGlyphVariantRecord} | {each.glyph for each in signs.GlyphAssembly.PartRecords}
    for name in sorted(names):
        advance, bearing = whole["hmtx"][name]
        if advance > ROOT:
            glyph = whole["glyf"][name]
            glyph.coordinates.scale((ROOT / advance, 1))
            glyph.coordinates.toInt()
            glyph.recalcBounds(whole["glyf"])
            whole["hmtx"][name] = ROOT, round(bearing * ROOT / advance)


@lru_cache
def style(packages: Path) -> str:
    """The style sheet: Temml's own rules, with the font in place of the one that they would fetch."""
    coded = base64.b64encode(font(packages / FONT)).decode()
    face = f'@font-face{{font-family:STIX2;src:url("data:font/woff;base64,{coded}") format("woff")}}\n'
    rules = (packages / RULES).read_text(encoding="utf-8")
    return NOTE + face + re.sub(r"/\*.*?\*/\s*|@font-face\s*\{[^}]*\}\s*", "", rules, flags=re.S)


def write(packages: Path, statics: Path) -> None:
    """Put both files below ``_static``."""
    (statics / FOLDER).mkdir(parents=True, exist_ok=True)
    (statics / STYLE).write_text(style(packages), encoding="utf-8")
    (statics / CONVERTER).write_bytes((packages / PROGRAM).read_bytes())
