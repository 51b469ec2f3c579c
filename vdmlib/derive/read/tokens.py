r"""LaTeX as tokens, each with its place; what only sets type (`\left`, `\big`, `\,`, `\label{…}`) is gone.

    >>> [t.text for t in tokens(r"\mathbb E_{q}\left[\log p\right]")]
    ['\\mathbb{E}', '_', '{', 'q', '}', '[', '\\log', 'p', ']']
"""

import re
from dataclasses import dataclass

from ..errors import NotRead

__all__ = ["Token", "tokens", "GREEK", "ACCENTS"]

GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma "
    "varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar".split()
)
ACCENTS = frozenset("hat tilde bar dot ddot vec overline widehat widetilde check breve".split())
_FONTS = "mathbb|mathcal|mathbf|boldsymbol|bm|bf|mathfrak|mathscr|mathsf|pmb|mathds"
_WORDS = "mathrm|text|textrm|textit|textbf|textsf|operatorname|mathit|mathop|mbox|hbox"
#: Commands that set type and say nothing; with how many braced arguments that go with them.
_NOTHING = {
    "displaystyle": 0, "textstyle": 0, "scriptstyle": 0, "limits": 0, "nolimits": 0, "nonumber": 0, "notag": 0, "label": 1, "tag": 1,
    "hspace": 1, "vspace": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "color": 1, "strut": 0, "mathstrut": 0, "allowbreak": 0, "null": 0,
    "ensuremath": 0, "boxed": 0, "mathopen": 0, "mathclose": 0, "mathrel": 0, "mathbin": 0, "mathord": 0, "centering": 0, "qed": 0,
    "eqref": 1, "ref": 1, "cite": 1, "footnote": 1, "newline": 0, "boldmath": 0, "hfill": 0,
}  # fmt: skip
_SAME = {
    r"\vert": "|", r"\Vert": r"\|", r"\parallel": r"\|", r"\leq": r"\le", r"\geq": r"\ge", r"\leqslant": r"\le", r"\geqslant": r"\ge",
    r"\neq": r"\ne", r"\lbrack": "[", r"\rbrack": "]", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\coloneqq": ":=", r"\triangleq": ":=",
    r"\equiv": ":=", r"\defeq": ":=", r"\given": r"\mid", r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac",
    r"\rightarrow": r"\to", r"\longrightarrow": r"\to", r"\ldots": r"\dots", r"\cdots": r"\dots", r"\dotsc": r"\dots", r"\iint": r"\int",
    r"\iiint": r"\int", r"\bigl": r"\big", r"\E": r"\mathbb{E}", r"\EE": r"\mathbb{E}", r"\R": r"\mathbb{R}", r"\ast": "*", r"\star": "*",
    r"\colon": ":", r"\times": "*", r"\langle": r"\langle", r"\leftarrow": r"\gets", r"\intercal": r"\top", r"\emptyset": r"\varnothing",
}  # fmt: skip
#: Signs that are typed, or copied from a page, where LaTeX has a command.
_TYPED = {
    "−": "-", "·": r"\cdot", "⋅": r"\cdot", "×": "*", "∗": "*", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∣": "|", "∥": r"\|", "‖": r"\|",
    "∈": r"\in", "∼": r"\sim", "→": r"\to", "∞": r"\infty", "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∂": r"\partial", "∇": r"\nabla",
    "ϵ": r"\epsilon", "ε": r"\varepsilon", "ϕ": r"\phi", "φ": r"\varphi",
    **dict(zip("αβγδζηθικλμνξπρστυχψωΓΔΘΛΞΠΣΥΦΨΩ", (rf"\{name}" for name in "alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
        "upsilon chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()), strict=True)),
}  # fmt: skip
_SIZES = re.compile(r"\\(?:[bB]ig{1,2}[lrm]?|left|right|middle)(?![A-Za-z])\s*")
_PATTERN = re.compile(
    rf"(?P<space>\s+|~|&|\$|%[^\n]*|\\[,;:!> ])"
    rf"|(?P<begin>\\(?:begin|end)\s*\{{(?P<environment>[^}}]*)\}})"
    rf"|(?P<word>\\(?:{_WORDS})\*?\s*(?:\{{\s*(?P<said>[^{{}}\\$_^]*?)\s*\}}|(?<=\s)(?P<one>[A-Za-z])))"
    rf"|(?P<font>\\(?P<style>{_FONTS})\s*(?:\{{\s*(?P<braced>\\?[A-Za-z]+|\d)\s*\}}|(?P<bare>\\[A-Za-z]+|[A-Za-z]|\d)))"
    r"|(?P<line>\\\\\*?\s*(?:\[[^\]]*\])?)"
    r"|(?P<command>\\[A-Za-z]+\*?)|(?P<escaped>\\[|{}#%&_])"
    rf"|(?P<typed>[{''.join(_TYPED)}])"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<letter>[A-Za-z])|(?P<double>\|\||:=|=:|\.\.\.)|(?P<sign>[-+*/=<>()\[\]{}^_,;:!|.'])"
)


@dataclass(frozen=True)
class Token:
    """One sign: what kind it is, how it is written in one way for all, where it starts and ends in the text."""

    kind: str
    text: str
    start: int
    end: int

    def __str__(self):
        return self.text


def tokens(source):
    """The signs of a formula. Raises NotRead at a sign that is none of LaTeX's."""
    out, at, columns = [], 0, 0
    while at < len(source):
        sized = _SIZES.match(source, at)
        if sized and not _names_more(source, at):
            at = _delimiter(source, sized, out)
            continue
        found = _PATTERN.match(source, at)
        if not found:
            raise NotRead(f"the sign {source[at]!r} is not read", source, at)
        if found["command"] and found["command"][1:].rstrip("*") in _NOTHING:
            at = _skipped(source, found.end(), _NOTHING[found["command"][1:].rstrip("*")])
            continue
        made = _token(found)
        columns = columns + 1 if found[0] == "&" else 0 if found["line"] or found["begin"] else columns
        if found[0] == "&" and columns % 2 == 0:  # of a pair of columns the first mark aligns, the second sets apart
            made = Token("line", "&", *found.span())
        if made:
            out.append(made)
        at = found.end()
    return _bare(out)


def _bare(found):
    r"""Without the braces of `\mathrel{:=}` and `\mathop{\mathbb{E}}`, which hold a sign alone."""
    out = []
    for t in found:
        if t.text == "}" and out and out[-1].text == "{" and (len(out) < 2 or out[-2].text != "}"):
            out.pop()  # {} holds nothing
        elif t.text == "}" and len(out) > 1 and out[-2].text == "{" and out[-1].text in (":=", "=", r"\mathbb{E}") and (len(out) < 3 or out[-3].text not in "_^"):
            out[-2:] = [out[-1]]
        elif t.text in ("|", r"\mid") and out and out[-1].text in ("|", r"\mid"):
            out[-1] = Token("sign", r"\|", out[-1].start, t.end)
        else:
            out.append(t)
    return [t for t in out if t.text not in (r"\mathop", r"\operatorname", r"\operatorname*")]


def _names_more(source, at):
    """Whether \\left is the start of \\leftarrow and the like."""
    return source.startswith((r"\leftarrow", r"\rightarrow"), at)


def _delimiter(source, sized, out):
    r"""Read what follows \left, \right, \big…: a bracket like any other, but `\left.` and bars, which keep their side."""
    at = sized.end()
    opens, closes = sized[0].startswith(r"\left"), sized[0].startswith(r"\right")
    if at < len(source) and source[at] == ".":
        if opens:
            out.append(Token("sign", r"\left.", sized.start(), at + 1))
        return at + 1
    found = _PATTERN.match(source, at)
    made = _token(found) if found else None
    if made is None:
        raise NotRead(f"a bracket is wanted after {sized[0].strip()}", source, at)
    if source.startswith("||", at) and (opens or closes) and _is_one_bar(source, made.end, opens, out):
        made = Token("sign", "|", at, at + 1)
    text = made.text
    if text in ("|", r"\|", "||") and (opens or closes):
        text = (r"\left" if opens else r"\right") + ("|" if text == "|" else r"\|")
    out.append(Token("sign", text, sized.start(), made.end))
    return made.end


def _is_one_bar(source, at, opens, out):
    r"""Whether the first of two bars stands alone: in `\left||x| - 1\right|`, not in `\left||x\right||`."""
    depth = 0
    if not opens:
        for t in reversed(out):
            depth += t.text.startswith(r"\right") - t.text.startswith(r"\left")
            if depth < 0:
                return t.text != r"\left\|"
    for sized in _SIZES.finditer(source, at):
        if sized[0].startswith(r"\right") and depth == 0:
            return not source.startswith("||", sized.end())
        depth += sized[0].startswith(r"\left") - sized[0].startswith(r"\right")
    return False


def _skipped(source, at, arguments):
    for _ in range(arguments):
        while at < len(source) and source[at].isspace():
            at += 1
        if at < len(source) and source[at] == "{":
            depth = 0
            while at < len(source):
                depth += (source[at] == "{") - (source[at] == "}")
                at += 1
                if depth == 0:
                    break
    return at


def _token(found):
    kind, (start, end) = found.lastgroup, found.span()
    for name in ("space", "begin", "word", "font", "line", "command", "escaped", "number", "letter", "double", "typed", "sign"):
        if found[name] is not None:
            kind = name
            break
    text = found[0]
    if kind == "begin" and re.match(r"[dr]?cases|array|(?:small|[pbvBV])?matrix|tabular", found["environment"]):
        raise NotRead(f"{found['environment']} is not read; write each case, each entry as a line", found.string, start)
    if kind in ("space", "begin"):
        return None
    if kind == "line":
        return Token("line", r"\\", start, end)
    if kind == "word":
        said = re.sub(r"\s+", " ", found["said"] if found["one"] is None else found["one"])
        return Token("letter" if len(said) == 1 and said not in "d" and said.isalpha() else "word", said, start, end) if said else None
    if kind == "font":
        style = {"boldsymbol": "mathbf", "bm": "mathbf", "bf": "mathbf", "pmb": "mathbf", "mathds": "mathbb"}.get(found["style"], found["style"])
        return Token("font", rf"\{style}{{{(found['braced'] or found['bare']).strip()}}}", start, end)
    if kind == "double":
        return Token("sign", {"||": r"\|", "...": r"\dots"}.get(text, text), start, end)
    if kind == "typed":
        text = _TYPED[text]
        return Token("command" if text[1:].isalpha() else "sign", text, start, end)
    text = _SAME.get(text, text)
    if text.startswith(r"\mathbb"):
        return Token("font", text, start, end)
    return Token("command" if kind == "command" and text.startswith("\\") else kind if kind in ("number", "letter") else "sign", text, start, end)
