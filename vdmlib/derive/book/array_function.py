"""An expression of vectors and matrices as a function of NumPy's or JAX's arrays, that the library is tested against."""

import importlib

import sympy

from ..errors import DerivationError
from ..nodes.arrays import ArrayFactors, ArrayFrac, ArrayTerms, Det, Eye, Inner, Inverse, Letter, Norm, Trace, Transpose
from ..nodes.expressions import Factors, Frac, Power, Sized, Terms, plain
from ..nodes.normal import N
from ..nodes.walk import walk
from ..show.text import text

__all__ = ["array_function"]


def array_function(e, args, modules):
    """A function of arrays: a vector is an array [d], a matrix an array [m, n], and so is what comes out; numbers are scalars.

    modules: "numpy" or "jax". The dimensions are read off the arrays.
    """
    np = importlib.import_module("numpy" if modules == "numpy" else "jax.numpy")
    names = {plain(a) for a in args}
    drawn = {a.args[0] for a in walk(e) if type(a).__name__ in ("Expectation", "ArrayExpectation")}
    if drawn or any(type(a).__name__ in ("KL", "H", "CE") for a in walk(e)):
        raise DerivationError(f"{text(e)} averages over a law; take a line in which the average is carried out")
    sizes = {n for a in walk(e) if isinstance(a, Sized) for n in a.shape}
    known = {n for a in args if isinstance(a, Sized) for n in a.shape}
    missing = {s for s in e.free_symbols if s.is_Symbol and plain(s) not in names} - known
    missing |= {n for n in sizes if n.is_Symbol} - known - names
    if missing:
        raise DerivationError(f"{text(e)} also depends on {', '.join(sorted(map(str, missing)))}; name them as arguments")

    def value(*given):
        env = {}
        for a, v in zip(args, given, strict=True):
            v = np.asarray(v)
            env[plain(a)] = v[:, None] if isinstance(a, Letter) and a.shape[1] == 1 else v
            if isinstance(a, Letter):
                for n, m in zip(a.shape, v.shape):
                    if env.setdefault(n, m) != m:
                        raise DerivationError(f"{text(a)} is given as {list(v.shape)}, but {n} is {env[n]} elsewhere")
        out = _value(np, e, env)
        return out[:, 0] if isinstance(e, Sized) and e.shape[1] == 1 else out

    return value


def _value(np, e, env):
    def of(a):
        return _value(np, a, env)

    e = sympy.sympify(e)
    if plain(e) in env:
        return env[plain(e)]
    if not e.args or not any(isinstance(a, (Sized, N)) or hasattr(a, "slips") for a in walk(e)):
        return _number(np, e, env)
    if isinstance(e, Eye):
        return np.eye(int(env.get(e.args[0], e.args[0])))
    if isinstance(e, Transpose):
        return of(e.args[0]).T
    if isinstance(e, Inverse):
        return np.linalg.inv(of(e.args[0]))
    if isinstance(e, (Terms, sympy.Add, ArrayTerms)):
        return sum(map(of, e.args))
    if isinstance(e, (ArrayFactors, Inner)):
        out, scale = None, 1
        for a in e.args:
            if isinstance(a, Sized):
                out = of(a) if out is None else out @ of(a)
            else:
                scale = scale * of(a)
        return scale * (out[0, 0] if isinstance(e, Inner) else out)
    if isinstance(e, (ArrayFrac, Frac)):
        return of(e.args[0]) / of(e.args[1])
    if isinstance(e, (Factors, sympy.Mul)):
        out = 1
        for a in e.args:
            out = out * of(a)
        return out
    if isinstance(e, (Power, sympy.Pow)):
        return of(e.args[0]) ** of(e.args[1])
    if isinstance(e, Trace):
        return np.trace(of(e.args[0]))
    if isinstance(e, Det):
        return np.linalg.det(of(e.args[0]))
    if isinstance(e, Norm):
        return np.linalg.norm(of(e.args[0]))
    if isinstance(e, sympy.log) and isinstance(e.args[0], Det):
        return np.linalg.slogdet(of(e.args[0].args[0]))[1]
    if isinstance(e, sympy.log) and isinstance(e.args[0], N):
        return _log_normal(np, e.args[0], of)
    if isinstance(e, N):
        return np.exp(_log_normal(np, e, of))
    if isinstance(e, (sympy.log, sympy.exp)):
        return (np.log if isinstance(e, sympy.log) else np.exp)(of(e.args[0]))
    raise DerivationError(f"{text(e)} has no form as a function of arrays")


def _log_normal(np, e, of):
    if not e.of_vectors:
        raise DerivationError(f"{text(e)} beside vectors and matrices has no form as a function of arrays")
    x, mean, cov = map(of, e.args)
    off = x - mean
    return -(off.shape[0] * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] + (off.T @ np.linalg.inv(cov) @ off)[0, 0]) / 2


def _number(np, e, env):
    e = plain(e)
    own = sorted(e.free_symbols, key=str)
    return sympy.lambdify(own, e, modules=np.__name__.partition(".")[0])(*[env[s] for s in own])
