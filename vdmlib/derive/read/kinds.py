r"""Which letters of a formula are vectors and which are matrices, from how they are set and from where they stand.

`\mathbf{x}`, `\vec{x}`: a vector; `\boldsymbol{\Sigma}`: a matrix. A letter that is not set in bold is one where it must be:
in a norm, below ∇, beside a matrix in a normal law, in a sum with a vector.
"""

import re

from .tree import Name, Node, nodes
from .vocabulary import bare_letter

__all__ = ["Kinds", "VECTOR", "MATRIX", "NUMBER", "is_identity"]

VECTOR, MATRIX, NUMBER, _ROW = "vector", "matrix", "number", "row"
_CAPITAL = re.compile(r"[A-Z]|\\(?:Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega)")
#: Letters that stand for numbers where nothing says what they are.
_NUMBERS = ("c", "t", "s", r"\tau", r"\alpha", r"\beta", r"\gamma", r"\lambda", r"\sigma", r"\eta", r"\kappa", r"\rho", "d", "n", "k")
_TIMES = ("t", "s", r"\tau")
_AFTER = {(MATRIX, MATRIX): MATRIX, (MATRIX, VECTOR): VECTOR, (_ROW, VECTOR): NUMBER, (_ROW, MATRIX): _ROW, (VECTOR, _ROW): MATRIX}


def is_identity(name):
    """Whether a name is the identity matrix: I, I_d."""
    return name.base in ("I", r"\mathbf{I}") and not name.mark and not name.primes and (
        not name.sub or len(name.sub) == 1 and re.fullmatch(r"[A-Za-z]|\d", name.sub[0].text) is not None)


def is_sigma(node):
    return node.kind == "name" and bare_letter(node.parts[0].base) == r"\Sigma"


def set_as(base):
    """What a letter is by how it is set; None for one that is set as numbers are."""
    found = re.search(r"\\mathbf\{([^{}]*)\}", base)
    if found:
        return MATRIX if _CAPITAL.fullmatch(found[1]) else VECTOR
    return VECTOR if base.startswith(r"\vec{") else None


class Kinds:
    """What each name is: `of` by key, `fields` by the plain key of a function."""

    def __init__(self, uses, statements, assume, called, whole):
        self.uses, self.called, self.whole, self.forced = uses, called, whole, set()
        self.of, self.fields, self.covariances, self.doubts = {}, {}, set(), set()
        for key, name in uses.names.items():
            if is_identity(name) or name.base == r"\mathbf{0}":
                continue
            kind = self.answered(assume.get(key)) or set_as(name.base)
            if kind == MATRIX and key in uses.random and key not in assume:
                kind = VECTOR
            if kind:
                (self.fields if key in uses.applied and called(name) else self.of)[key] = kind
        self.bold = VECTOR in self.of.values()  # in such a text a letter that is not set in bold is a number
        for _ in range(6):
            before = dict(self.of), dict(self.fields)
            for sides in statements:
                found = [self.see(side) for side in sides]
                want = next((k for k in found if k in (VECTOR, MATRIX)), None)
                if want:
                    for side in sides:
                        self.see(side, want)
            self.alike()
            if before == (self.of, self.fields):
                break

    def alike(self):
        """Of letters that are not set in bold, x_t and \\tilde{x} are what x is."""
        vectors = {bare_letter(self.uses.names[k].base) for k, kind in self.of.items() if kind == VECTOR and set_as(self.uses.names[k].base) is None}
        for key in (*self.uses.plain, *self.uses.random):
            name = self.uses.names.get(key)
            if name is not None and key not in self.of and key not in self.whole and set_as(name.base) is None and bare_letter(name.base) in vectors:
                self.of[key] = VECTOR

    def doubted(self):
        """A letter right behind a row or a matrix of which nothing says whether it is a number or a vector; None without one."""
        return min((key for key in self.doubts if key not in self.of), default=None)

    @staticmethod
    def answered(text):
        if text in ("positive", "symmetric", "orthogonal", "invertible"):
            return MATRIX
        return text if text in (VECTOR, MATRIX, NUMBER) else None

    def any(self):
        """Whether the text does with vectors what depends on their dimension: they stand elsewhere than in a density alone."""
        stands = {key for key in self.of if self.of[key] != NUMBER and key in self.uses.plain}
        by = {key for keys, _ in self.uses.by for key in keys if self.of.get(key) == VECTOR}
        return bool(stands or by or self.fields)

    # --- what a part of a formula is

    def see(self, node, want=None):
        """The kind of a node, None where nothing tells; `want` is what its place asks it to be."""
        return getattr(self, f"k_{node.kind}", self.k_other)(node, want)

    def k_other(self, node, want):
        self.see_all(node.parts)
        return NUMBER

    def see_all(self, part):
        for node in nodes(part):
            self.see(node)

    def k_number(self, node, want):
        return NUMBER

    def k_name(self, node, want):
        name = node.parts[0]
        if is_identity(name):
            return MATRIX
        if name.base == r"\mathbf{0}":
            return want or VECTOR
        return self.letter(name, want)

    def letter(self, name, want):
        key = name.key
        if key not in self.of and want in (VECTOR, MATRIX) and key not in self.whole and (want == VECTOR or self.capital(name)):
            self.of[key] = want
        if key not in self.of and bare_letter(name.base) == r"\Sigma" and (self.of or self.fields or want == MATRIX):
            self.of[key] = MATRIX
        return self.of.get(key)

    def capital(self, name):
        return name.key not in self.whole and _CAPITAL.fullmatch(bare_letter(name.base)) is not None

    def k_group(self, node, want):
        return self.see(node.parts[0], want)

    def k_doubt(self, node, want):
        return self.see(node.parts[1], want)

    def k_dotted(self, node, want):
        return self.see(node.parts[1], want)

    def k_sum(self, node, want):
        found = [self.see(term, want) for _, term in node.parts]
        kind = next((k for k in found if k in (VECTOR, MATRIX, _ROW)), None)
        if kind and kind != want:
            for _, term in node.parts:
                self.see(term, kind)
        return kind or (NUMBER if NUMBER in found else None)

    def k_over(self, node, want):
        self.see(node.parts[1])
        return self.see(node.parts[0], want)

    k_frac = k_over

    def k_power(self, node, want):
        base, exponent = node.parts
        if exponent == Node("name", (Name("T"),)) and self.transposes():
            return self.k_transpose(Node("transpose", (base,), node.at), want)
        if exponent == Node("sum", (("-", Node("number", ("1",))),)):
            return self.see(base, MATRIX if want == MATRIX or is_sigma(base) else None)
        self.see(base)
        self.see(exponent)
        return NUMBER

    def transposes(self):
        return "T" not in self.whole

    def k_transpose(self, node, want):
        inner = node.parts[0]
        kind = self.see(inner, {VECTOR: None, _ROW: VECTOR}.get(want, want))
        if kind is None:
            capital = inner.kind == "name" and self.capital(inner.parts[0])
            kind = self.see(inner, MATRIX if capital else VECTOR)
        return {VECTOR: _ROW, _ROW: VECTOR}.get(kind, kind)

    def k_norm(self, node, want):
        self.see(node.parts[0], VECTOR)
        return NUMBER

    def k_function(self, node, want):
        name, _, args = node.parts
        for a in args:
            self.see(a, MATRIX if name in ("tr", "det") else None)
        return NUMBER

    def k_inner(self, node, want):
        found = [self.see(a) for a in node.parts]
        if VECTOR in found or None in found and not self.bold and NUMBER not in found:
            for a in node.parts:
                self.see(a, VECTOR)
        return NUMBER

    def k_normal(self, node, want):
        x, mean, variance = node.parts
        found = [self.see(a) for a in (x, mean) if a is not None]
        if VECTOR in found or self.see(variance, MATRIX if is_sigma(variance) else None) == MATRIX:
            for a in (x, mean):
                if a is not None:
                    self.see(a, VECTOR)
            capital = variance.kind != "name" or self.capital(variance.parts[0]) or set_as(variance.parts[0].base)
            self.see(variance, MATRIX if capital else None)
            if variance.kind == "name" and self.of.get(variance.parts[0].key) == MATRIX:
                self.covariances.add(variance.parts[0].key)
        return NUMBER

    def k_expectation(self, node, want):
        laws, body = node.parts
        for item in laws:
            if item[0] == "drawn":
                law = item[2]
                if law.kind == "normal" and law.parts[0] is None:
                    for v in item[1]:
                        self.k_normal(Node("normal", (v, *law.parts[1:]), law.at), None)
                else:
                    self.see_all(item[1])
                    self.see(law)
            else:
                self.see(item[1])
                self.bound(item[1].parts[1] if item[1].kind == "apply" else ())
        return self.see(body, want)

    def bound(self, nodes):
        """What a text of vectors takes a mean over is a vector too, where nothing is set in bold."""
        for a in nodes:
            if a.kind == "name" and not self.bold and (self.of or self.fields) and a.parts[0].base not in _TIMES:
                self.letter(a.parts[0], VECTOR)

    def k_given(self, node, want):
        self.see(node.parts[1])
        return self.see(node.parts[0], want)

    def k_integral(self, node, want):
        by, limits, body = node.parts
        self.see_all((by, limits))
        self.bound(by if limits == ((None, None),) * len(limits) else ())
        return self.see(body, want)

    def k_big(self, node, want):
        kind, over, body = node.parts
        self.see_all(over)
        return self.see(body, want)

    def k_gradient(self, node, want):
        by, order, body, letter = node.parts
        key = by.parts[0] if by is not None and by.kind == "name" else self.uses.nabla if by is None else None
        if letter == r"\partial" or key is not None and key.key in self.uses.squared:
            self.see(body)
            return NUMBER
        if key is not None:
            self.letter(key, VECTOR)
        self.see(body, VECTOR if letter == "div" else None)
        return VECTOR if letter == r"\nabla" else NUMBER

    def k_derivative(self, node, want):
        by, body, _ = node.parts
        if want == MATRIX and len(by) == 1 and by[0][0].kind == "name":
            self.letter(by[0][0].parts[0], VECTOR)
            self.see(body, VECTOR)
        vectors = [self.see(v) for v, _ in by]
        if want == VECTOR and len(by) == 1 and by[0][0].kind == "name" and by[0][0].parts[0].base not in _TIMES and self.see(body) == NUMBER:
            self.letter(by[0][0].parts[0], VECTOR)
            return VECTOR
        kind = self.see(body, None if VECTOR in vectors else want)
        if VECTOR in vectors:
            return MATRIX if kind == VECTOR else VECTOR
        return kind

    def k_apply(self, node, want):
        name, args, between, _ = node.parts
        plain = name.unprimed
        for a in args:
            self.see(a)
        if self.uses.law_letter(name) and not name.primes or name.base in ("H", "I", "KL", "ELBO"):
            return NUMBER
        if self.called(plain):
            if want == VECTOR and plain.key not in self.fields and plain.base not in (r"\sigma", r"\alpha", r"\beta", r"\tau"):
                self.fields[plain.key] = VECTOR
            return self.fields.get(plain.key)
        return self.product([Node("name", (name,), node.at), *args], want)

    # --- products

    def k_product(self, node, want):
        return self.product(node.parts, want)

    def product(self, factors, want):
        parts = [[]]
        for f in factors:
            if f.kind == "dotted" and f.parts[0] == r"\cdot" and parts[-1]:
                parts.append([])
            parts[-1].append(f)
        if len(parts) == 2:
            found = [self.row(p, None) for p in parts]
            if VECTOR in found and MATRIX not in found and NUMBER not in found and (None not in found or not self.bold):
                for p in parts:
                    self.row(p, VECTOR)
                return NUMBER
        return self.row(factors, want)

    def row(self, factors, want):
        """The kind of a product; letters of which nothing is known yet become what the product asks for."""
        kinds = [self.see(f) for f in factors]
        for k, f in enumerate(factors):
            if kinds[k] is None and self.is_capital(f) and k + 1 < len(factors) and kinds[k + 1] in (VECTOR, MATRIX):
                kinds[k] = self.see(f, MATRIX)
        for k, f in enumerate(factors[1:], start=1):
            if kinds[k] is None and kinds[k - 1] in (_ROW, MATRIX) and not self.bold and f.kind == "name" and f.parts[0].base not in _NUMBERS:
                self.doubts.add(f.parts[0].key)
        if _ROW in kinds:
            k = max(j for j, kind in enumerate(kinds) if kind == _ROW)
            open_ones = [j for j in range(k + 1, len(kinds)) if kinds[j] is None]
            if open_ones and VECTOR not in kinds[k:]:
                kinds[open_ones[-1]] = self.see(factors[open_ones[-1]], VECTOR)
                for j in open_ones[:-1]:
                    kinds[j] = self.see(factors[j], MATRIX) if self.is_capital(factors[j]) else None
        found = self.composed(kinds)
        if want in (VECTOR, MATRIX) and found != want and None in kinds and found in (None, NUMBER, MATRIX):
            j = max(j for j, kind in enumerate(kinds) if kind is None)
            kinds[j] = self.see(factors[j], want)
            for i in range(j):
                if kinds[i] is None and self.is_capital(factors[i]):
                    kinds[i] = self.see(factors[i], MATRIX)
            found = self.composed(kinds)
        return found if found is not None else None if None in kinds else NUMBER

    def is_capital(self, node):
        return node.kind == "name" and self.capital(node.parts[0])

    @staticmethod
    def composed(kinds):
        before = None
        for k in kinds:
            if k in (VECTOR, MATRIX, _ROW):
                before = k if before in (None, NUMBER) else _AFTER.get((before, k), k)
        return before
