r"""What a text differentiates by a letter in its index: p_θ and f_θ below ∇_θ are functions of θ."""

from sympy import oo

from ..nodes.binders import Integral
from ..nodes.expressions import undefined
from ..nodes.hypotheses import fact
from .vocabulary import bare_letter

__all__ = ["Parameters"]

_CLOCKED = {"t", "s", r"\tau"}


class Parameters:
    """Laws and functions with a parameter, in one dimension; a part of Names. `parametric` is {key: the letter}."""

    def parameters(self):
        by = set().union(*[keys for keys, _ in self.uses.by]) - _CLOCKED if self.uses.by else set()
        self.parametric = {}
        for key, name in self.uses.names.items():
            letters = {t.text for t in name.sub} & {k for k in by if k.startswith("\\")}
            if len(letters) != 1 or name.primes or name.mark or key in by or self.of_vectors:
                continue
            if key in self.law_key:
                same = [k for k, target in self.law_key.items() if target == self.law_key[key]]
                shapes = {self.shape(d) for k in same for d in self.uses.densities.get(k, ())}
                if len(shapes) == 1 and key not in self.uses.compared:
                    self.parametric |= dict.fromkeys(same, *letters)
            elif key in self.uses.applied and key not in self.uses.plain:
                self.parametric[key] = min(letters)
        for key, letter in self.parametric.items():
            said = f"${key}$ depends on ${letter}$, smoothly"
            self.taken[f"{key} {letter}"] = f"{said}; as a law it is a positive density on the line, for every ${letter}$" if key in self.law_key else said

    def parametric_law(self, key):
        """The density of a law with a parameter, as a function: (function, what is drawn, what is given, the letter); None for another law."""
        if key not in self.parametric or key not in self.law_key:
            return None
        ((left, right, node),) = {self.shape(d): d for k in self.parametric if self.law_key.get(k) == self.law_key[key] for d in self.uses.densities.get(k, ())}.values()
        name = f"{bare_letter(self.uses.names[key].base)}_{{{self.parametric[key]}}}"
        return self.scope.functions.setdefault(name, undefined(name, positive=True)), left, right, self.parametric[key]

    def totals(self, meaning):
        """That each density with a parameter has the total one, for every value of it."""
        out = {}
        for key in self.parametric:
            found = self.parametric_law(key)
            if found is not None:
                f, left, right, letter = found
                drawn, rest = [meaning(a) for a in left], [*map(meaning, right), self.scope.symbols[letter]]
                out.setdefault(f, fact(Integral(f(*drawn, *rest), *[(x, -oo, oo) for x in drawn]), 1, forall=tuple(rest)))
        return list(out.values())
