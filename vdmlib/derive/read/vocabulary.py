"""The commands and letters that the grammar knows, by what they do."""

import re

__all__ = ["RELATIONS", "IMPLIES", "FUNCTIONS", "WORD_FUNCTIONS", "EXPECTATIONS", "VARIANCES", "DIVERGENCES", "CONSTANTS", "BRACKETS", "LETTERED", "BIG", "OPERATORS", "LAW_LETTERS",
           "bare_letter"]  # fmt: skip

RELATIONS = ("=", r"\le", r"\ge", "<", ">", r"\ne", ":=", r"\approx", r"\propto", r"\sim", r"\to", r"\simeq", r"\lesssim", r"\gtrsim",
             r"\ll", r"\gg", r"\in", r"\gets", r"\cong", r"\subset", r"\preceq", r"\succeq", r"\mapsto", r"\perp")  # fmt: skip
#: Signs between two lines, of which the second follows from the first, or each from the other.
IMPLIES = {r"\implies": "next", r"\Rightarrow": "next", r"\Longrightarrow": "next", r"\iff": "both", r"\Leftrightarrow": "both", r"\Longleftrightarrow": "both"}
FUNCTIONS = {r"\log": "log", r"\ln": "log", r"\exp": "exp", r"\sin": "sin", r"\cos": "cos", r"\tan": "tan", r"\tanh": "tanh",
             r"\cosh": "cosh", r"\sinh": "sinh", r"\arctan": "atan", r"\arccos": "acos", r"\arcsin": "asin", r"\cot": "cot",
             r"\min": "Min", r"\max": "Max", r"\det": "det"}  # fmt: skip
WORD_FUNCTIONS = {"log": "log", "exp": "exp", "ln": "log", "sin": "sin", "cos": "cos", "tanh": "tanh", "max": "Max", "min": "Min",
                  "tr": "tr", "Tr": "tr", "trace": "tr", "Trace": "tr", "det": "det"}
EXPECTATIONS = (r"\mathbb{E}", r"\mathsf{E}", r"\mathcal{E}", r"\mathbf{E}")
VARIANCES = ("Var", "var", r"\Var", r"\mathbb{V}")
DIVERGENCES = ("KL", "D_{KL}", r"\mathbb{KL}", r"\mathsf{KL}", r"\mathbf{KL}", r"\KL")
CONSTANTS = ("const", "const.", "constant", "Const", "Const.")
BRACKETS = {"(": ")", "[": "]", r"\{": r"\}"}
LETTERED = ("letter", "font", "word")
BIG = {r"\sum": "sum", r"\prod": "product"}
OPERATORS = (r"\sum", r"\prod", r"\int", r"\lim", r"\nabla", r"\partial", r"\KL", r"\Var")
LAW_LETTERS = {"p", "q", "P", "Q", r"\pi"}


def bare_letter(base):
    r"""A letter without accents: of \hat{\mathbf{x}} it is x."""
    while found := re.fullmatch(r"\\(?:hat|tilde|bar|dot|ddot|vec|check|breve|mathbf)\{(.*)\}", base):
        base = found[1]
    return base
