"""In how many dimensions the probe looks at a line about vectors and matrices."""

from unittest import mock

import pytest

from vdmlib.derive import E, FalseStep, Identity, N, UnprovedStep, det, eye, fact, log, matrix, symbol, tr, vector
from vdmlib.derive.probe.numeric import compare
from vdmlib.derive.probe.numeric.compare import Comparison, probe

d = symbol("d", integer=True, positive=True)


def sizes_tried(line):
    """The dimensions of the instances at which both sides of a line are compared."""
    tried = set()

    class Watched(Comparison):
        def compare(self, lhs, rhs, **how):
            found = super().compare(lhs, rhs, **how)
            if found.status == "agrees":
                tried.add(self.w.whole(d, {}))
            return found

    with mock.patch.object(compare, "Comparison", Watched):
        line()
    return tried


def test_a_matrix_that_a_condition_makes_positive_definite_is_tried_beyond_one_dimension():
    u, v, w = vector("u v w", d)
    one, two, any_ = matrix("A", d, symmetric=True), matrix("B", d, symmetric=True), matrix("G", d)
    for left, right in (
        (E[N(v, u, one)](v.T * v), u.T * u + tr(one)),
        (E[N(v, u, any_)](v.T * v), u.T * u + tr(any_)),
        (E[N(v, u, one)](E[N(w, v, two)](w.T * w)), u.T * u + tr(one) + tr(two)),
        (E[N(v, u, one - two)](v.T * v), u.T * u + tr(one) - tr(two)),
        (E[N(v, u, one**-1)](v.T * one * v), u.T * one * u + d),
        (E[N(v, u, eye(d) - any_ * any_.T)](v.T * v), u.T * u + d - tr(any_ * any_.T)),
    ):
        assert sizes_tried(lambda: Identity("r", left, right)) == {1, 2, 3}, left


def test_what_holds_of_such_a_matrix_in_one_dimension_alone_is_false():
    u, v = vector("u v", d)
    one, any_ = matrix("A", d, symmetric=True), matrix("G", d)
    for left, right in (
        (E[N(v, u, one)](v.T * v), u.T * u + det(one)),
        (E[N(v, u, any_)](v.T * v), u.T * u + det(any_)),
        (E[N(v, u, one**-1)](v.T * one * v), u.T * one * u + 1),
        (log(det(2 * one)) + E[N(v, u, one)](v.T * v), log(2) + log(det(one)) + u.T * u + tr(one)),
    ):
        with pytest.raises(FalseStep):
            Identity("r", left, right)


def test_where_one_dimension_alone_could_be_tried_the_verdict_says_so():
    u, v = vector("u v", d)
    outer = u * u.T
    with pytest.raises(UnprovedStep, match="random instances of d = 1 alone"):
        Identity("r", E[N(v, u, outer)](v.T * v), 2 * u.T * u)
    (record,) = Identity("r", tr(outer) + 1, u.T * u + 1, facts=[fact(1 >= d)]).records()
    assert record["probe"]["alone"] == "d = 1"
    assert probe(tr(outer), u.T * u).alone == ""
