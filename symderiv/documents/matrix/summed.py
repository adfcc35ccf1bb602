"""Norms and softmaxes of vectors and matrices as sums over their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.documents.matrix.values import AXES, TWO, Marks, Misfit, Value
from symderiv.documents.text.syntax import Big, Div, Fn, Mark, Node, Pow

if TYPE_CHECKING:
    from symderiv.documents.matrix.matrices import Lowering


def squares(low: Lowering, node: Fn) -> Node:
    """The sum of the squares below a norm."""
    v = low.value(node.args[0])
    if v.kind == "m" and node.name != "normF" and not low.frobenius:
        raise Misfit("which norm of a matrix is meant is not clear")
    marks: list[Mark] = []
    for axis in range(AXES[v.kind]):
        if v.along(axis) is not None:
            raise Misfit("the norm of a vector that is written out")
        marks.append(Mark("letter", low.fresh()))
    body: Node = Pow(v.entry(tuple(marks)), TWO)
    for m in reversed(marks):
        body = Big("sum", (m.text,), "", "", (), body)
    return body


def softmax(low: Lowering, v: Value) -> Value:
    """A softmax along the last axis."""
    if v.kind == "s" or any(v.along(a) is not None for a in range(AXES[v.kind])):
        raise Misfit("a softmax of what is no vector")

    letter = low.fresh()

    def entry(m: Marks) -> Node:
        below = Fn("exp", (v.entry((*m[:-1], Mark("letter", letter))),))
        return Div(Fn("exp", (v.entry(m),)), Big("sum", (letter,), "", "", (), below))

    return Value(v.kind, entry)
