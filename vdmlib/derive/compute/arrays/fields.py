"""Derivatives of numbers and of sums of words by a vector, and integrals over a vector.

What is not known of a field stands as a letter: its gradient, its matrix of derivatives, the gradient of its
divergence or Laplacian. An integral over a vector z of a kernel F(z) stands as letters too: ∫F, ∫zF, ∫zzᵀF.
A derivative that would need another letter is not decided.
"""

import sympy
from sympy import Add, Mul, S

from ...errors import NotDecided
from .algebra import added, scaled, turned
from .averages import Averages
from .places import place_text, slot, words_at
from .points import Points
from .stein import Stein
from .words import Base, joined, letter, transposed

__all__ = ["Fields"]


class Fields(Averages, Points):
    """The algebra with fields. A field's key is (name, arguments, ((number, how often it is derived by it), …), positive, size)."""

    # --- letters

    def number_field(self, key):
        name = self.said(key)
        return self.atom(("field", key), name, **({"positive": True} if key[3] and not key[2] else {"real": True}))

    def said(self, key):
        times = "".join(f"∂_{s}" * n for s, n in key[2])
        return f"{times}{key[0]}({', '.join(map(place_text, key[1]))})"

    def vector_field(self, key):
        return Base(self.said(key), key[4], S.One, frozenset(), ("vector field", key))

    def derived(self, kind, key, x, shape, symmetric=False):
        signs = {"gradient": "∇", "matrix of derivatives": "D", "second derivatives": "∇∇", "gradient of the divergence": "∇div ",
                 "gradient of the Laplacian": "∇Δ"}  # fmt: skip
        return Base(signs[kind] + self.said(key), *shape, frozenset(["symmetric"] if symmetric else []), (kind, key, x))

    # --- derivatives by a vector

    def gradient(self, e, x):
        """∇e of a number, a sum of columns."""
        out = {}
        for s in sorted((s for s in e.free_symbols if s in self.data), key=str):
            data = self.data[s]
            if not self.holds(data, x):
                continue
            out = added(out, scaled(self._gradient(data, x), e.diff(s)))
        return out

    def _gradient(self, data, x):
        """∇ of what an atom stands for."""
        kind = data[0]
        if kind == "q":
            _, u, word, v = data
            if self.holds(word, x):
                raise NotDecided("the gradient of a form whose matrix varies")
            right = {("c", word, v): S.One}
            left = {("c", transposed(word), u): S.One}
            a, _ = self.times(turned(self.jacobian_of(u, x)), right)
            b, _ = self.times(turned(self.jacobian_of(v, x)), left)
            return added(a, b)
        if kind == "field":
            return self._chained(data[1], x, self._slope_of_number)
        if kind == "tr" and len(data[1]) == 1 and data[1][0][2] == 1:  # of the matrix itself, not of its inverse
            base = data[1][0][0]
            if base.what[0] == "matrix of derivatives" and base.what[2] == x and base.square:
                return {("c", (), self.derived("gradient of the divergence", base.what[1], x, (x.rows, S.One))): S.One}
            if base.what[0] == "second derivatives" and base.what[2] == x:
                return {("c", (), self.derived("gradient of the Laplacian", base.what[1], x, (x.rows, S.One))): S.One}
        if kind == "∫":
            return self.integral_of_sum(self.gradient(data[2], x), data[1])
        if kind == "E":
            law, kernel = self.law_of(data), data[2]
            moved = self.times(turned(self.jacobian(self.mean_beside(law, x), x)), self.gradient(kernel, law.x))[0]
            return law.sum(added(moved, self.gradient(kernel, x)))
        raise NotDecided(f"the gradient of {kind}")

    def _chained(self, key, x, slope):
        """The gradient of a field, or its matrix of derivatives turned, by x: by name, and by the chain rule through the sums that it is taken at."""
        through = [(k, p) for k, p in enumerate(key[1]) if isinstance(p, tuple) and self.holds(p, x)]
        if x not in key[1]:
            return added(*[self.times(turned(self.jacobian(words_at(p), x)), slope(key, slot(k, p)))[0] for k, p in through])
        if through:  # its second derivatives would not be symmetric
            raise NotDecided(f"the derivatives of {self.said(key)} by {x.name}, of which two arguments depend on it")
        return slope(key, x)

    def _second_derivatives(self, key, by, x):
        """The derivatives by x of the gradient by an argument that alone depends on x."""
        through = [(k, p) for k, p in enumerate(key[1]) if self.holds(p, x)]
        if [("slot", k) for k, _ in through] != [by.what]:
            raise NotDecided(f"the second derivatives of {self.said(key)} by {x.name}, of which two arguments depend on it")
        second = letter(self.derived("second derivatives", key, by, (by.rows, by.rows), True))
        return self.times({("w", (second,)): S.One}, self.jacobian(words_at(through[0][1]), x))[0]

    def _slope_of_number(self, key, x):
        return {("c", (), self.derived("gradient", key, x, (x.rows, S.One))): S.One}

    def _slope_of_vector(self, key, x):
        return turned({("w", (letter(self.derived("matrix of derivatives", key, x, (key[4], x.rows))),)): S.One})

    def law_of(self, data):
        """The normal law of an average, whose data end in the mean and the covariance."""
        return Stein(data[1], dict(data[-2]), dict(data[-1]), self)

    def mean_beside(self, law, x):
        """The mean of a law whose covariance does not hold x."""
        if self.holds(law.measure[2], x):
            raise NotDecided("the slope of an average by a vector that its covariance depends on")
        return law.mean

    def jacobian_of(self, base, x):
        """The matrix of derivatives of a vector, a sum of words."""
        if base == x:
            return {("w", ()): S.One}
        if not self.holds(base, x):
            return {}
        if base.what[0] == "vector field":
            return turned(self._chained(base.what[1], x, self._slope_of_vector))
        if base.what[0] == "gradient" and base.what[2] == x:
            return {("w", (letter(self.derived("second derivatives", base.what[1], x, (base.rows, x.rows), True)),)): S.One}
        if base.what[0] == "gradient" and base.what[2].what[0] == "slot":
            return self._second_derivatives(*base.what[1:], x)
        if base.what[0] == "∫z":
            z, kernel = base.what[1:]
            column = {("c", (), z): S.One}
            return self.integral_of_sum(self.times(column, turned(self.gradient(kernel, x)))[0], z)
        if base.what[0] == "averaged" and base.what[3][0] == "c":
            return self._jacobian_of_average(base.what, x)
        raise NotDecided(f"the derivatives of {base.name}")

    def _jacobian_of_average(self, data, x):
        _, z, kernel, core, measure, *_ = data
        column = {core: kernel}
        if measure == "∫":
            return self.integral_of_sum(self.jacobian(column, x), z)
        law = self.law_of((measure, *data[1:]))
        moved = self.times(self.jacobian(column, z), self.jacobian(self.mean_beside(law, x), x))[0]
        return law.sum(added(moved, self.jacobian(column, x)))

    def jacobian(self, a, x):
        """The matrix of derivatives of a sum of columns."""
        out = {}
        for key, c in a.items():
            _, word, v = key
            if self.holds(word, x):
                raise NotDecided("the derivatives of a product with a matrix that varies")
            moved, _ = self.times({("w", word): c}, self.jacobian_of(v, x))
            slope = turned(self.gradient(c, x))
            outer = self.times({key: S.One}, slope)[0] if slope else {}
            out = added(out, moved, outer)
        return out

    def divergence(self, a, x):
        """The divergence of a sum of columns."""
        out = []
        for key, c in a.items():
            _, word, v = key
            if word and self.holds(word, x):
                first, rest = word[0], word[1:]
                if self.holds(rest, x):
                    raise NotDecided("the divergence of a product of matrices that vary")
                column = {("c", rest, v): S.One}
                slope = self._divergence_of_rows(first, x)
                whole, number = self.times(turned(slope), column)
                turning, _ = self.times({("w", (first,)): S.One}, self.times({("w", rest): S.One}, self.jacobian_of(v, x))[0])
                out.append(c * (number + self.trace(turning, x.rows)))
            else:
                moved, _ = self.times({("w", word): S.One}, self.jacobian_of(v, x))
                out.append(c * self.trace(moved, x.rows))
            up = turned(self.gradient(c, x))
            if up:
                out.append(self.times(up, {key: S.One})[1])
        return Add(*out)

    def _divergence_of_rows(self, first, x):
        """Σ_i ∂_i M_ij as a sum of columns."""
        base, is_turned, power = first
        if power == 1 and base.what[0] == "matrix of derivatives" and base.what[2] == x and not is_turned and base.square:
            return {("c", (), self.derived("gradient of the divergence", base.what[1], x, (x.rows, S.One))): S.One}
        if power == 1 and base.what[0] == "second derivatives" and base.what[2] == x:
            return {("c", (), self.derived("gradient of the Laplacian", base.what[1], x, (x.rows, S.One))): S.One}
        raise NotDecided("the divergence of a product with a matrix that varies")

    # --- integrals over a vector

    def integral(self, e, z):
        """∫ e dz of a number."""
        out = []
        for term in Add.make_args(sympy.expand(e)):
            free, forms, kernel = self._parted(term, z)
            out.append(free * self._integral(forms, kernel, z))
        return Add(*out)

    def integral_of_sum(self, a, z):
        """∫ a dz of a sum of words."""
        out = {}
        for key, c in a.items():
            for term in Add.make_args(sympy.expand(c)):
                free, forms, kernel = self._parted(term, z)
                out = added(out, scaled(self._integral_of_key(key, forms, kernel, z), free))
        return out

    def _parted(self, term, z):
        """(what does not hold z, the forms uᵀWv in z with whole powers, the kernel) of a product."""
        free, forms, kernel, exponent = [], [], [], S.Zero
        for f in Mul.make_args(term):
            if isinstance(f, sympy.exp):
                parts = Add.make_args(sympy.expand(f.args[0]))
                free += [sympy.exp(u, evaluate=False) for u in parts if not self.holds(u, z)]
                exponent += Add(*[u for u in parts if self.holds(u, z)])
                continue
            base, n = f.as_base_exp()
            if not self.holds(f, z):
                free.append(f)
            elif n.is_Integer and n > 0 and self._is_form(base, z):
                forms += [self.data[base]] * int(n)
            else:
                kernel.append(f)
        return Mul(*free), forms, Mul(*kernel, sympy.exp(exponent, evaluate=False)) if exponent != 0 else Mul(*kernel)

    def _is_form(self, s, z):
        """Whether an atom is uᵀWv with z for u or v, and z nowhere else."""
        data = self.data.get(s, ("",))
        return data[0] == "q" and z in data[1::2] and all(part == z or not self.holds(part, z) for part in data[1:])

    def _letters(self, kernel, z):
        total = self.atom(("∫", z, kernel), f"∫{kernel} d{z.name}", real=True)
        mean = Base(f"∫{z.name} {kernel} d{z.name}", z.rows, S.One, frozenset(), ("∫z", z, kernel))
        square = Base(f"∫{z.name}{z.name}ᵀ {kernel} d{z.name}", z.rows, z.rows, frozenset(["symmetric"]), ("∫zzᵀ", z, kernel))
        return total, mean, square

    def _integral(self, forms, kernel, z):
        total, mean, square = self._letters(kernel, z)
        if not forms:
            found = self.linear_average(kernel, z, ("∫",))
            return total if found is None else found
        ends = sum((u == z) + (v == z) for _, u, _, v in forms)
        if ends == 1:
            ((_, u, word, v),) = forms
            return self.quadratic(*((u, word, mean) if v == z else (mean, word, v)))
        if ends == 2 and len(forms) == 1:
            return self.trace_of_word(joined(forms[0][2], (letter(square),)), z.rows)
        if ends == 2:
            (u, first), (v, second) = [(u, word) if b == z else (b, transposed(word)) for _, u, word, b in forms]
            return self.quadratic(u, joined(joined(first, (letter(square),)), transposed(second)), v)
        raise NotDecided("an integral of a polynomial of a third degree")

    def _integral_of_key(self, key, forms, kernel, z):
        _, mean, square = self._letters(kernel, z)
        here = [k for k, part in enumerate(key) if k and part == z]
        if any(part != z and self.holds(part, z) for part in key[1:]):  # a field of z, which no rule takes out of the integral
            return self.average_of_key(key, Mul(kernel, *[self.quadratic(*form[1:]) for form in forms]), z, ("∫",))
        if not here:
            return {key: self._integral(forms, kernel, z)}
        if len(here) == 2 and not forms:
            _, word, _, _, end = key
            return {("w", joined(joined(word, (letter(square),)), end)): S.One}
        if len(here) == 1 and not forms:
            (k,) = here
            return {(*key[:k], mean, *key[k + 1 :]): S.One}
        if len(here) == 1 and len(forms) == 1 and key[0] == "c":
            _, u, word, v = forms[0]
            if (u == z) != (v == z):
                u, word = (v, word) if u == z else (u, transposed(word))
                return {("c", joined(joined(key[1], (letter(square),)), word), u): S.One}
        raise NotDecided("an integral of a polynomial of a third degree")
