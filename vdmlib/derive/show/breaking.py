"""Breaks a display line that is too wide for the page: at its outer signs, and where those do not do, in its brackets.

The ledger keeps the line as it was proved; only what is set on the page is broken. Widths are
estimated from the TeX, in em, so a line is broken or not by the same rule in every build.
"""

from __future__ import annotations

import re

#: The widest line, in em of the text's size, that fits beside its number on a desktop page.
LIMIT = 26.8

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}_^&]|\s+|.", re.S)
OPENING = re.compile(r"\\left(?:\\[a-zA-Z]+|\\.|.)")
BREAKS = re.compile(r" (?:[+-]|=|\\ge|\\le|\\to|\\ne) ")
RELATIONS = ("=", r"\ge", r"\le", r"\to", r"\ne")
NOTHING = {r"\left", r"\right", r"\middle", r"\displaystyle", r"\textstyle", r"\big", r"\Big", "{", "}", "&"}
SPACES = {r"\!": -0.17, r"\,": 0.17, r"\:": 0.22, r"\;": 0.28, r"\quad": 1.0, r"\qquad": 2.0}
FONTS = {r"\mathrm", r"\mathbb", r"\mathcal", r"\mathsf", r"\mathbf", r"\operatorname", r"\text",
         r"\hat", r"\bar", r"\tilde", r"\dot", r"\overline"}  # fmt: skip
SIGNS = {"+": 1.2, "-": 1.2, "=": 1.35, r"\ge": 1.35, r"\le": 1.35, r"\to": 1.55, r"\ne": 1.35, r"\approx": 1.35,
         r"\mid": 0.85, r"\Vert": 0.6, "(": 0.39, ")": 0.39, "[": 0.45, "]": 0.45, ",": 0.45, ";": 0.45,
         r"\sum": 1.6, r"\prod": 1.45, r"\int": 1.2, r"\sqrt": 0.9}  # fmt: skip
OPERATORS = {r"\log": 1.45, r"\exp": 1.75, r"\lim": 1.55, r"\max": 1.95, r"\min": 1.85, r"\tanh": 2.2}
STACKED = {r"\sum", r"\prod", r"\lim"}


def broken(tex: str, limit: float = LIMIT) -> str:
    """The line in rows that fit, or as it is if it fits or has no place to break at."""
    rows = rows_of(tex, limit)
    if len(rows) < 2:
        return tex
    return r"\begin{aligned} &" + r" \\ &\quad ".join(rows) + r" \end{aligned}"


def rows_of(tex: str, limit: float = LIMIT) -> list[str]:
    """The rows in which a line is set: one, if it fits or has no place to break at."""
    if width(tex) <= limit or r"\begin" in tex:
        return [tex]
    return [("{} " if k and row[0] in "+-" else "") + row for k, row in enumerate(_rows(tex, limit))]


def _rows(tex, limit):
    pieces = outer(tex)
    rows, row = [], pieces[0]
    for piece in pieces[1:]:
        starts_anew = piece.lstrip().startswith(RELATIONS)
        room = limit - (1.0 if rows else 0.0)
        if starts_anew or width(row + piece) > room:
            rows.append(row)
            row = piece.lstrip()
        else:
            row += piece
    rows.append(row)
    return [part for k, row in enumerate(rows) for part in _inside(row, limit - (1.0 if k else 0.0))]


def _inside(row, room):
    """A row without an outer sign, cut once more in its brackets: in the outermost where that does, else as evenly as can be."""
    if width(row) <= room:
        return [row]
    cuts = [(depth, max(width(a), width(b)), [a, b]) for depth, a, b in inner(row)]
    cuts = [cut for cut in cuts if cut[1] < width(row) - 1.0]
    fitting = [cut for cut in cuts if cut[1] <= room]
    if not cuts:
        return [row]
    return min(fitting)[2] if fitting else min(cuts, key=lambda cut: cut[1])[2]


def inner(tex: str) -> list[tuple[int, str, str]]:
    """For each place in brackets where the line may be cut: how deep it lies, and the two halves.

    That is at a sign, at the bar of a divergence, and between an expectation's laws and its bracket, but not
    among a normal law's arguments. Brackets that are cut open are closed by an invisible one, and stretched
    to the height of both halves.
    """
    found, opened, position = [], [], 0
    for token in TOKEN.findall(tex):
        here, position = position, position + len(token)
        if token in ("{", r"\left"):
            opened.append((token == r"\left" and not tex[:here].endswith(r"\mathcal{N}\!"), here))
        elif token in ("}", r"\right"):
            opened.pop()
        if not here or not all(may for may, _ in opened):
            continue
        if opened and (token.isspace() and BREAKS.match(tex, here) or tex.startswith(r"\,\middle", here)):
            found.append((len(opened), *_halves(tex, here, [start for _, start in opened])))
        elif not opened and tex.startswith(r"\!\left[", here) and tex[here - 1] == "}":
            found.append((0, tex[:here].strip(), tex[here + 2 :].strip()))
    return found


def _halves(tex, cut, starts):
    """The halves of a line that is cut in the brackets opened at ``starts``."""
    opening = OPENING.match(tex, starts[-1])[0]
    end = cut + _until_closed(tex[cut:])
    before, after = tex[starts[-1] + len(opening) : cut], tex[cut:end]
    closed, opened = r"\right." * len(starts), r"\left." * len(starts)
    rest = tex[cut:].lstrip()
    return (
        rf"{tex[:cut].strip()} \vphantom{{{_alone(after)}}} {closed}",
        rf"{opened} \vphantom{{{_alone(before)}}} {'{} ' if rest[0] in '+-' else ''}{rest}",
    )


def _until_closed(tex):
    depth, position = 0, 0
    for token in TOKEN.findall(tex):
        depth += (token == r"\left") - (token == r"\right")
        if depth < 0:
            return position
        position += len(token)
    return position


def _alone(tex):
    """What stands in a bracket, without the bars that only a bracket may hold."""
    return tex.replace(r"\middle", "")


def outer(tex: str) -> list[str]:
    """The line cut before each sign that stands in no bracket."""
    cuts, depth, position = [], 0, 0
    for token in TOKEN.findall(tex):
        if token in ("{", r"\left", "(", "[") and not _after(tex, position, r"\left"):
            depth += 1
        elif token in ("}", r"\right", ")", "]") and not _after(tex, position, r"\right"):
            depth -= 1
        if depth == 0 and token.isspace() and position and BREAKS.match(tex, position):
            cuts.append(position)
        position += len(token)
    return [tex[a:b] for a, b in zip([0, *cuts], [*cuts, len(tex)])]


def _after(tex, position, command):
    return tex[:position].endswith(command)


def width(tex: str) -> float:
    """About how wide the TeX is set, in em."""
    return _row(_tree(TOKEN.findall(tex)))


def _tree(tokens):
    """Nested lists for the groups in braces."""
    stack = [[]]
    for token in tokens:
        if token == "{":
            stack.append([])
        elif token == "}" and len(stack) > 1:
            group = stack.pop()
            stack[-1].append(group)
        else:
            stack[-1].append(token)
    while len(stack) > 1:
        group = stack.pop()
        stack[-1].append(group)
    return stack[0]


def _row(items):
    total, k, base = 0.0, 0, 0.0
    items = [item for item in items if isinstance(item, list) or not item.isspace()]
    while k < len(items):
        item = items[k]
        if isinstance(item, list):
            base, k = _row(item), k + 1
        elif item in (r"\frac", r"\tfrac", r"\dfrac") and k + 2 < len(items):
            base = max(_item(items[k + 1]), _item(items[k + 2])) + 0.25
            base, k = (0.72 * base if item == r"\tfrac" else base), k + 3
        elif item == r"\vphantom" and k + 1 < len(items):
            base, k = 0.0, k + 2
        elif item in FONTS and k + 1 < len(items):
            base, k = _item(items[k + 1]) * (1.25 if item in (r"\mathbb", r"\mathcal") else 1.0), k + 2
        elif item in ("_", "^"):
            base, k = 0.0, k
        else:
            base, k = _item(item), k + 1
        scripts = 0.0
        while k + 1 < len(items) and items[k] in ("_", "^"):
            scripts, k = max(scripts, 0.72 * _item(items[k + 1])), k + 2
        if k < len(items) and items[k] in ("_", "^"):
            k += 1
        stacked = isinstance(item, str) and item in STACKED
        total += max(base, scripts) if stacked else base + scripts
    return total


def _item(item):
    if isinstance(item, list):
        return _row(item)
    if item in NOTHING:
        return 0.0
    for table in (SPACES, SIGNS, OPERATORS):
        if item in table:
            return table[item]
    return 0.6 if item.startswith("\\") else 0.54
