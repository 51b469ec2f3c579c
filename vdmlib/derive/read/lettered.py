"""The grammar of names and of what has a name: letters with accents and indices, densities, KL, normal laws."""

import re

from ..errors import NotRead
from .tokens import ACCENTS, GREEK, Token
from .tree import Name, Node
from .vocabulary import BRACKETS, CONSTANTS, DIVERGENCES, LAW_LETTERS, LETTERED, WORD_FUNCTIONS, bare_letter

__all__ = ["Lettered"]


class Lettered:
    """What starts with a letter; a part of the grammar."""

    def lettered(self, t):
        if t.text == "d" and t.kind == "word" and self.differential():
            self.fail("a differential stands here, and no integral is open")
        if t.kind == "word" and t.text in CONSTANTS:
            self.take()
            return Node("constant", (), t.start)
        if t.kind == "word" and t.text in WORD_FUNCTIONS:
            self.take()
            return self.function(WORD_FUNCTIONS[t.text], t)
        if t.kind == "word" and t.text == "div" and self.peek(1).text in (*BRACKETS, "_"):
            self.take()
            by = self.inside(self.group()) if self.taken("_") else None
            return Node("gradient", (by, None, self.factor(), "div"), t.start)
        if t.text in DIVERGENCES or t.text in ("D", r"\mathbb{D}", r"\mathcal{D}") and self.next_index() in ("KL", r"\mathbb{KL}", r"\mathsf{KL}") or (
                t.text == "K" and self.peek(1).text == "L" and self.peek(2).text in (*BRACKETS, "_")):
            return self.divergence(t)
        if t.text == "e" and self.peek(1).text == "^":
            self.take()
            self.take()
            return Node("function", ("exp", None, (self.inside(self.group()),)), t.start)
        if t.text in (r"\mathcal{N}", "N", r"\mathsf{N}", "Normal", r"\mathscr{N}") and self.peek(1).text in BRACKETS:
            return self.normal(t)
        if t.text == r"\mathbb{R}":
            self.take()
            return Node("reals", (), t.start)
        if re.match(r"\\math(bb|bf)\{[A-Z\d]", t.text) and (t.text.startswith(r"\mathbb") or t.text == r"\mathbf{1}"):
            self.fail(f"{t.text} is not read", t)
        if t.text == "E" and self.peek(1).text == "(" and re.fullmatch("[U-Z]", self.peek(2).text):
            return self.expectation(t)
        return self.name(self.name_base(), t)

    def parametrised(self, out, parts, between):
        """p(x; θ): what stands behind a semicolon belongs to the law's name."""
        k = between.index(";")
        end = next((j for j in range(k + 1, len(between)) if between[j] in ("|", r"\mid")), len(parts) - 1)
        names = [p.parts[0] for p in parts[k + 1 : end + 1] if p.kind == "name"]
        signs = [s for n in names for s in (Token("sign", ";", out.at, out.at), *n.sub_of_law(out.at))]
        name = out.parts[0]
        named = Name(name.base, (*name.sub, *signs), name.mark, name.primes)
        return Node("name", (named,), out.at), [*parts[: k + 1], *parts[end + 1 :]], [*between[:k], *between[end:]]

    def next_index(self):
        if self.peek(1).text != "_":
            return ""
        k, out = 2, ""
        while self.peek(k).kind != "end" and self.peek(k).text not in BRACKETS and k < 8:
            out += self.peek(k).text.strip("{}") if not self.peek(k).text.startswith("\\") else self.peek(k).text
            k += 1
        return out

    def divergence(self, t):
        self.take()
        if t.text == "K":
            self.take()
        if self.taken("_"):
            self.group()
        if self.next not in BRACKETS:
            self.fail(r"KL is of two laws: D_{\mathrm{KL}}(q \| p)")
        parts, between = self.bracketed((r"\|", ",", ";"))
        if len(parts) != 2:
            self.fail(rf"KL is of two laws with \| between them, not of {len(parts)}", t)
        return Node("kl", tuple(parts), t.start)

    def normal(self, t):
        self.take()
        parts, between = self.bracketed((",", ";", r"\mid", "|"))
        if len(parts) == 3 and between[0] in (";", r"\mid", "|", ","):
            return Node("normal", tuple(parts), t.start)
        if len(parts) == 2 and between == [","]:
            return Node("normal", (None, *parts), t.start)
        self.fail(r"a normal law is \mathcal{N}(x; mean, variance) or \mathcal{N}(mean, variance)", t)

    def is_a_name(self):
        """Whether these signs are one letter with its accent and index."""
        try:
            self.whole_name()
        except NotRead:
            self.at = 0
            return False
        done = self.peek().kind == "end"
        self.at = 0
        return done

    def whole_name(self):
        """A letter with its accent and index, as the base of a further index: {x_0}_i."""
        base, sub = self.name_base()
        if self.taken("_"):
            sub = self.group()
        return Name(base, tuple(sub)).key, ()

    def name_base(self):
        """(base, index signs that stood below the accent)"""
        t = self.take()
        if t.kind == "command" and t.text[1:] in ACCENTS:
            accent = {"overline": "bar", "widehat": "hat", "widetilde": "tilde"}.get(t.text[1:], t.text[1:])
            inner = self.another(self.group())
            if not inner.found:
                self.fail(f"{t.text} of nothing", t)
            if inner.peek().kind not in LETTERED and not (inner.peek().kind == "command" and inner.next[1:] in GREEK | ACCENTS):
                self.fail(f"{t.text} is read over one letter", t)
            base, sub = inner.name_base()
            if inner.taken("_"):
                sub = inner.group()
            if inner.peek().kind != "end":
                self.fail(f"{t.text} is read over one letter", t)
            return rf"\{accent}{{{base}}}", sub
        if t.kind in LETTERED or t.kind == "command" and t.text[1:] in GREEK:
            return t.text, ()
        self.fail(f"a name is wanted, not {t.text}", t)

    def name(self, base, t):
        """A name with its indices, marks and primes; with a bracket behind it an application, of which the meaning knows more."""
        base, sub = base
        mark, primes, power = "", 0, None
        while True:
            if self.next == "_" and not sub:
                self.take()
                sub = tuple(self.group())
            elif self.next == "'":
                self.take()
                primes += 1
            elif self.next == "^" and not mark and power is None:
                at = self.at
                self.take()
                signs = self.group()
                texts = [s.text for s in signs]
                if texts in (["*"], ["("]) or len(texts) > 2 and texts[0] == "(" and texts[-1] == ")":
                    mark = f"^{{{''.join(texts)}}}"
                elif texts and set(texts) <= {r"\prime", "'"}:
                    primes += len(texts)
                elif self.next == "_" and not sub:
                    power = self.raised, signs, t
                elif len(signs) == 1 and signs[0].kind == "number" and self.next == "(" and self.peek(1).kind in ("letter", "font") and self.peek(2).text in (")", ","):
                    parts, between = self.bracketed((",", ";"))  # g^2(t) is the square of g(t)
                    value = Node("apply", (Name(base, tuple(sub), mark, primes), tuple(parts), tuple(between), "("), t.start)
                    return Node("powered", (value, self.inside(signs)), t.start)
                else:
                    self.at = at
                    break
            else:
                break
        out = Node("name", (Name(base, tuple(sub), mark, primes),), t.start)
        if self.next in ("(", "[") and self.next not in self.stops[-1] or self.next == r"\{" and base in ("H", "I", "U", r"\mathcal{U}"):
            opened = self.next
            parts, between = self.bracketed((",", ";", r"\mid", "|", r"\|"))
            if r"\|" in between:
                if base not in ("D", r"\mathcal{D}", r"\mathbb{D}", r"\mathsf{D}") or sub or len(parts) != 2:
                    self.fail(f"of the divergences KL alone is read; write the formula that {base} stands for", t)
                return Node("kl", tuple(parts), t.start)
            if ";" in between and bare_letter(base) in LAW_LETTERS:
                out, parts, between = self.parametrised(out, parts, between)
            out = Node("apply", (out.parts[0], tuple(parts), tuple(between), opened), t.start)
        return self.raised(out, power[1], power[2]) if power else out
