"""One method asked about lines: its `applies`, what it leaves over and its `reach` as functions of (left, right, facts, times)."""

from vdmlib.derive.prove.method import Claim


def asked(method):
    def question(ask):
        return lambda lhs, rhs, facts=(), times=None: ask(Claim(lhs, rhs, facts, times))

    return question(method.applies), question(lambda claim: method.difference(claim).left_over), question(method.reach)
