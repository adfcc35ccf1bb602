"""Norms and softmaxes of vectors and matrices as sums over their entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from symderiv.documents.matrix.values import AXES, TWO, Marks, Misfit, Places, Value
from symderiv.documents.text.syntax import Add, Big, Div, Fn, Mark, Node, Pow

if TYPE_CHECKING:
    from symderiv.documents.matrix.matrices import Lowering


def squares(low: Lowering, node: Fn) -> Node:
    """The sum of the squares below a norm."""
    v = low.value(node.args[0])
    if v.kind == "m" and node.name != "normF" and not low.frobenius:
        raise Misfit("which norm of a matrix is meant is not clear")

    def added(m: Marks) -> Node:
        if len(m) == AXES[v.kind]:
            return Pow(v.entry(m), TWO)
        return _added(low, v.along(len(m)), lambda k: added((*m, k)))

    return added(())


def softmax(low: Lowering, v: Value) -> Value:
    """A softmax along the last axis."""
    if v.kind == "s":
        raise Misfit("a softmax of what is no vector")

    def power(m: Marks) -> Node:
        return Fn("exp", (v.entry(m),))

    def entry(m: Marks) -> Node:
        return Div(power(m), _added(low, v.along(AXES[v.kind] - 1), lambda k: power((*m[:-1], k))))

    return Value(v.kind, entry, v.places)


def _added(low: Lowering, shown: Places, term: Callable[[Mark], Node]) -> Node:
    """The sum of the terms at all places of an axis: those ``shown``, or of any size."""
    if shown is None:
        letter = low.fresh()
        return Big("sum", (letter,), "", "", (), term(Mark("letter", letter)))
    if None in shown:
        raise Misfit("a sum over an ellipsis")
    terms = tuple(term(k) for k in shown if k is not None)
    return Add(terms) if len(terms) > 1 else terms[0]
