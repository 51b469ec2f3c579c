"""An expression as JavaScript: the text of the function that a page of the book draws from."""

import sympy
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.jscode import JavascriptCodePrinter

from ..errors import DerivationError

__all__ = ["javascript"]


def javascript(args, expression):
    """`(a0, a1) => …`, of numbers; what stands in it twice is computed once.

    args: the symbols that it takes, in order; expression: ordinary SymPy of these symbols alone.
    """
    names = [sympy.Symbol(f"a{k}") for k in range(len(args))]
    expression = expression.xreplace(dict(zip(args, names, strict=True)))
    printer = JavascriptCodePrinter({})
    try:
        steps, (value,) = sympy.cse(expression, symbols=sympy.numbered_symbols("c"))
        lines = [f"const {name} = {printer.doprint(step)};" for name, step in steps]
        result = printer.doprint(value)
    except PrintMethodNotImplementedError as why:
        raise DerivationError(f"{expression} has no form in JavaScript: {why.args[0].splitlines()[0]}") from None
    head = f"({', '.join(map(str, names))}) =>"
    return f"{head} {{ {' '.join(lines)} return {result}; }}" if lines else f"{head} {result}"
