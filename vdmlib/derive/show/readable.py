r"""Names typed in LaTeX, read in plain text: ``q_\Phi`` is q_Φ, ``\hat{x}_0`` is x̂_0."""

import re
import unicodedata

__all__ = ["readable"]

_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"}
_LETTERS = {
    "epsilon": "ϵ", "varepsilon": "ε", "lambda": "λ", "Lambda": "Λ", "ell": "ℓ", "vartheta": "ϑ", "varsigma": "ς",
    "varphi": "φ", "varrho": "ϱ", "varnothing": "∅", "emptyset": "∅", "Vert": "‖", "mid": "|",
    "infty": "∞", "partial": "∂", "prime": "′",
}  # not as Unicode names them
_STYLES = {"mathcal": "SCRIPT", "mathsf": "SANS-SERIF", "mathbf": "BOLD", "boldsymbol": "BOLD", "mathbb": "DOUBLE-STRUCK", "mathfrak": "FRAKTUR"}


def readable(text):
    r"""Text in which LaTeX names are letters: Greek ones, accents, no braces around an index.

    Any other command loses its backslash.

    >>> readable(r"E[q_\Phi(z | x)](\log p) - \hat{x}_0 + p_{\theta'}(x) + \hat p(x)")
    "E[q_Φ(z | x)](log p) - x̂_0 + p_θ'(x) + p̂(x)"
    >>> readable(readable(r"\hat{\epsilon}_y - \bar\alpha_t"))    # read already: stays as it is
    'ϵ̂_y - ᾱ_t'
    >>> readable(r"\mathcal{E}_i \hat{\mathsf{v}} \varepsilon L_{\dot{r}}(t) \varnothing")
    'ℰ_i 𝗏̂ ε L_ṙ(t) ∅'
    >>> readable(r"p_{\mathbf{\theta}}(x) \boldsymbol{\Sigma} \mathbf{\epsilon}")
    'p_𝛉(x) 𝚺 𝛜'
    >>> readable(r"\Vert\hat{x}_\theta-x_0\Vert \hat\alpha \dots")
    '‖x̂_θ-x_0‖ α̂ dots'
    >>> readable("p(x) = {2: 1/3; 3: 2/3}")
    'p(x) = {2: 1/3; 3: 2/3}'
    """
    text = re.sub(r"\\(?:mathrm|text|operatorname|mathit)\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\(?:mathbf|boldsymbol)\{\\([A-Za-z]+)\}", _bold_greek, text)
    text = re.sub(r"\\(mathcal|mathsf|mathbf|boldsymbol|mathbb|mathfrak)(?:\{([A-Za-z])\}| ([A-Za-z]))", _styled, text)
    accent = rf"({'|'.join(_ACCENTS)})(?![A-Za-z])"
    text = re.sub(rf"\\(?!{accent})([A-Za-z]+)", lambda command: _letter(command[2]), text)
    text = re.sub(rf"\\{accent}(?:\{{([^\W_]+)\}}| ?([^\W_]))", _accented, text)
    text = re.sub(r"\\([A-Za-z]+)", lambda command: _letter(command[1]), text)
    return re.sub(r"_\{([^{}]*)\}", r"_\1", text)


def _styled(match):
    letter = match[2] or match[3]
    name = f"{_STYLES[match[1]]} {'CAPITAL' if letter.isupper() else 'SMALL'} {letter.upper()}"
    try:
        return unicodedata.lookup(f"MATHEMATICAL {name}")
    except KeyError:  # the older ones: ℰ, ℒ, ℝ
        return unicodedata.lookup(name.replace("FRAKTUR", "BLACK-LETTER"))


def _bold_greek(match):
    """A Greek letter in bold; what Unicode has no bold letter for stays light."""
    letter = _letter(match[1])
    try:
        name = unicodedata.name(letter)
        return unicodedata.lookup("MATHEMATICAL BOLD " + re.sub("GREEK |LETTER |LUNATE ", "", name))
    except (KeyError, TypeError, ValueError):  # a command that is no letter
        return letter


def _letter(name):
    if name in _LETTERS:
        return _LETTERS[name]
    kind = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {kind} LETTER {name.upper()}")
    except KeyError:
        return name


def _accented(match):
    return unicodedata.normalize("NFC", (match[2] or match[3]) + _ACCENTS[match[1]])
