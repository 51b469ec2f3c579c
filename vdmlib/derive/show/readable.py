r"""Names typed in LaTeX, read in plain text: ``q_\Phi`` is q_Φ, ``\hat{x}_0`` is x̂_0."""

import re
import unicodedata

__all__ = ["readable"]

_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}
_LETTERS = {"epsilon": "ϵ", "lambda": "λ", "Lambda": "Λ", "ell": "ℓ"}  # not as Unicode names them


def readable(text):
    r"""Text in which LaTeX names are letters: Greek ones, accents, no braces around an index.

    Any other command loses its backslash.

    >>> readable(r"E[q_\Phi(z | x)](\log p) - \hat{x}_0 + p_{\theta'}(x) + \hat p(x)")
    "E[q_Φ(z | x)](log p) - x̂_0 + p_θ'(x) + p̂(x)"
    >>> readable(readable(r"\hat{\epsilon}_y - \bar\alpha_t"))    # read already: stays as it is
    'ϵ̂_y - ᾱ_t'
    >>> readable("p(x) = {2: 1/3; 3: 2/3}")
    'p(x) = {2: 1/3; 3: 2/3}'
    """
    text = re.sub(r"\\mathrm\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\(hat|tilde|bar)(?:\{(\\?[^\W_]+)\}| ?(\\[A-Za-z]+|[^\W_]))", _accented, text)
    text = re.sub(r"\\([A-Za-z]+)", _letter, text)
    return re.sub(r"_\{([^{}]*)\}", r"_\1", text)


def _letter(match):
    name = match[1]
    if name in _LETTERS:
        return _LETTERS[name]
    kind = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {kind} LETTER {name.upper()}")
    except KeyError:
        return name


def _accented(match):
    letter = re.sub(r"\\([A-Za-z]+)", _letter, match[2] or match[3])
    return unicodedata.normalize("NFC", letter + _ACCENTS[match[1]])
