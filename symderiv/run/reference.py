"""High-precision reference values for numerical tests of kernels, from the definition itself.

Input: a function (or any term) and NumPy arrays; a float counts as the exact rational it is.  Output: object
arrays of ``arb`` balls that contain the exact value, Jacobian, VJP or JVP.  Derivatives come from sweeps over
the definition's own graph of scalar operations, never from a closed form.  Precision is raised until every
ball is narrow; entries that are undefined, or derivatives at a tie of max or abs, are nan.  What is read from
outside an axis is 0; the maximum of nothing is nan, and so are its derivatives.  Whoever computes with the
balls does so under ``flint.ctx.workprec(256)`` (its default is 53 bits).

:func:`ulp_error` and :func:`relative_error` compare what a kernel computed with a reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from flint import arb, fmpq
from numpy.typing import ArrayLike

from symderiv.definitions import Function
from symderiv.run.compare import Reference, exact, fraction, precision, relative_error, rounded, ulp_error
from symderiv.run.graphs import grounded, sizes_of
from symderiv.terms import (
    Bodies,
    Index,
    Term,
    free_indices,
)
from symderiv.verify._functions import UNDEFINED, Poison, sign_of, taylor
from symderiv.verify._jets import Evaluation
from symderiv.verify._nodes import Node

__all__ = ["evaluate", "jacobian", "jvp", "relative_error", "rounded", "ulp_error", "value", "vjp"]

Arrays: TypeAlias = Mapping[str, ArrayLike]

#: Relative accuracy wanted of every entry, and the radius below which an entry counts as 0, in bits.
_ACCURACY, _TINY = 100, -1200
_MOST_BITS = 8192
_NAN = arb("nan")


# --- what callers use -----------------------------------------------------------------------------


def value(
    function: Function, arrays: Arrays, *, labels: Mapping[str, int] | None = None, bits: int = 256
) -> Reference:
    """The output for the given inputs; one axis for each letter of its head that ``labels`` does not fix.

    ``labels`` gives output letters their values, counted from 0.
    """
    return _refined(bits, lambda: _Tape.of(function, arrays, labels), _Tape.value)


def jacobian(
    function: Function,
    wrt: str,
    arrays: Arrays,
    *,
    labels: Mapping[str, int] | None = None,
    bits: int = 256,
) -> Reference:
    """Derivative of every output entry by every entry of the input ``wrt``: axes of both, in this order."""
    return _refined(bits, lambda: _Tape.of(function, arrays, labels), lambda tape: tape.jacobian(wrt))


def vjp(
    function: Function,
    wrt: str,
    arrays: Arrays,
    cotangent: ArrayLike,
    *,
    labels: Mapping[str, int] | None = None,
    bits: int = 256,
) -> Reference:
    """``cotangent`` (shaped like the output) contracted with the Jacobian over the output's letters."""
    return _refined(bits, lambda: _Tape.of(function, arrays, labels), lambda tape: tape.vjp(wrt, cotangent))


def jvp(
    function: Function,
    arrays: Arrays,
    tangents: Arrays,
    *,
    labels: Mapping[str, int] | None = None,
    bits: int = 256,
) -> Reference:
    """Derivative of the output when the inputs move along ``tangents`` (inputs not named stay)."""
    return _refined(bits, lambda: _Tape.of(function, arrays, labels), lambda tape: tape.jvp(tangents))


def evaluate(
    term: Term,
    bodies: Bodies,
    arrays: Arrays,
    letters: Sequence[Index | str] = (),
    *,
    labels: Mapping[str, int] | None = None,
    sizes: Mapping[str, int] | None = None,
    bits: int = 256,
) -> Reference:
    """Any term at the given arrays, its free letters ``letters`` becoming the axes of the result.

    An array for a defined name is used as given in place of its definition: so a closed form in terms of y
    is evaluated at exactly the y that a kernel got.  ``sizes`` gives dimensions that no array shows.
    """
    given = {name: body for name, body in bodies.items() if name not in arrays}
    return _refined(bits, lambda: _Tape(term, given, arrays, letters, labels or {}, sizes or {}), _Tape.value)


# --- evaluating -----------------------------------------------------------------------------------


def _refined(bits: int, made: Callable[[], _Tape], wanted: Callable[[_Tape], Reference]) -> Reference:
    """What is wanted of a tape, at more and more bits until every entry is narrow or surely has no value."""
    while True:
        with precision(bits):
            tape = made()
            result = wanted(tape)
            settled = all(_narrow(v) or (v.is_nan() and not tape.open) for v in result.ravel())
            if settled or bits >= _MOST_BITS:
                return result
        bits *= 2


def _narrow(v: arb) -> bool:
    if v.is_exact():
        return True
    if not v.is_finite():  # NaN may be the log of a ball that still holds 0
        return not v.is_nan()
    return bool(v.rel_accuracy_bits() >= _ACCURACY or abs(v) < arb(2) ** _TINY)


class _Tape:
    """A term at given arrays: the graph of its entries, their balls, and local derivatives."""

    def __init__(
        self,
        term: Term,
        bodies: Bodies,
        arrays: Arrays,
        letters: Sequence[Index | str],
        labels: Mapping[str, int],
        sizes: Mapping[str, int],
        *,
        collect: bool = True,
    ) -> None:
        self.arrays = {name: np.asarray(a) for name, a in arrays.items()}
        sizes = sizes_of(term, bodies, {n: a.shape for n, a in self.arrays.items()}, sizes)
        dims = {i.name: i.dim for i in (*free_indices(term), *letters) if isinstance(i, Index)}
        names = [i if isinstance(i, str) else i.name for i in letters]
        axes = [n for n in names if n not in labels]
        self.shape = tuple(sizes[dims[n]] for n in axes)
        places = [{**labels, **dict(zip(axes, where, strict=True))} for where in np.ndindex(self.shape)]
        self.graph, self.roots = grounded(term, bodies, sizes, places, collect)
        given = [self._entry(n) for n in self.graph.entries]
        pairs = zip(self.graph.entries, given, strict=True)
        known = {n.id: fraction(v) for n, v in pairs if v.is_exact() and v.is_finite()}
        self.run = Evaluation(self.graph, given, known)
        #: Whether something has no value here that may have one at more bits.
        self.open = False
        self.values = [self._number(self.run.value(r)) for r in self.roots]
        #: Nodes that have no value whatever the inputs are, so no derivative by any.
        self.nothing = [n.id for n in self.graph.nodes if n.op == "undefined"]
        self._partials: dict[int, list[tuple[Node, arb]]] = {}

    @classmethod
    def of(cls, function: Function, arrays: Arrays, labels: Mapping[str, int] | None) -> _Tape:
        """The output of a function."""
        out = function.output
        return cls(out.body, function.bodies, arrays, out.head, labels or {}, {})

    def value(self) -> Reference:
        return self._shaped(self.values, self.shape)

    def vjp(self, wrt: str, cotangent: ArrayLike) -> Reference:
        seeds = np.broadcast_to(np.asarray(cotangent), self.shape)
        return self._backward(wrt, {}, zip(self.roots, (exact(s) for s in seeds.ravel()), strict=True))

    def jacobian(self, wrt: str) -> Reference:
        rows = [self._backward(wrt, {}, [(root, arb(1))]) for root in self.roots]
        shape = self.arrays[wrt].shape
        flat = [v for row in rows for v in row.ravel()]
        return self._shaped(flat, (*self.shape, *shape))

    def jvp(self, tangents: Arrays) -> Reference:
        moved: dict[int, arb] = {}
        given = {name: np.asarray(t) for name, t in tangents.items()}
        for n in self.graph.entries:
            name, where = n.data
            if name in given:
                moved[n.id] = exact(given[name][tuple(k - 1 for k in where)])
        moved.update(dict.fromkeys(self.nothing, _NAN))
        for node in self._reached(self.roots):
            parts = [d * moved[a.id] for a, d in self._local(node) if a.id in moved]
            if parts:
                total = parts[0]
                for p in parts[1:]:
                    total = total + p
                moved[node.id] = total
        return self._shaped([moved.get(r.id, arb(0)) for r in self.roots], self.shape)

    # --- sweeps -----------------------------------------------------------------------------------

    def _backward(self, wrt: str, adjoint: dict[int, arb], seeds: Iterable[tuple[Node, arb]]) -> Reference:
        """One reverse sweep: the seeds' derivatives by the entries of ``wrt``."""
        roots = []
        for node, seed in seeds:
            adjoint[node.id] = adjoint[node.id] + seed if node.id in adjoint else seed
            roots.append(node)
        for node in reversed(self._reached(roots)):
            weight = adjoint.get(node.id)
            if weight is None or weight.is_zero():
                continue
            for a, d in self._local(node):
                part = weight * d
                adjoint[a.id] = adjoint[a.id] + part if a.id in adjoint else part
        if wrt not in self.arrays:
            raise ValueError(f"no array is given for '{wrt}'")
        shape = self.arrays[wrt].shape
        if any(k in adjoint and not adjoint[k].is_zero() for k in self.nothing):
            return self._shaped([_NAN] * self.arrays[wrt].size, shape)
        flat = [
            adjoint.get(self.graph.entry(wrt, where).id, arb(0))
            for where in product(*(range(1, n + 1) for n in shape))
        ]
        return self._shaped(flat, shape)

    def _reached(self, roots: Sequence[Node]) -> list[Node]:
        """Nodes below the roots that carry values, arguments first."""
        found: dict[int, Node] = {}
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node.id not in found and node.args:
                found[node.id] = node
                stack.extend(self._arguments(node))
        return [found[k] for k in sorted(found)]

    def _arguments(self, node: Node) -> Sequence[Node]:
        return [a for a, _ in self._local(node)]

    def _local(self, node: Node) -> list[tuple[Node, arb]]:
        """Arguments that a node's value depends on, with the partial derivatives."""
        found = self._partials.get(node.id)
        if found is None:
            found = self._partials[node.id] = self._compute_local(node)
        return found

    def _compute_local(self, node: Node) -> list[tuple[Node, arb]]:
        args = node.args
        values = [self.run.values[a.id] for a in args]
        match node.op:
            case "add":
                # what is multiplied by 0 must have a value all the same
                return [
                    (a, arb(fmpq(f.numerator, f.denominator)) if f else self._number(v))
                    for a, f, v in zip(args, node.data[0], values, strict=True)
                    if f or isinstance(v, Poison)
                ]
            case "mul":
                return list(zip(args, _cofactors([self._number(v) for v in values]), strict=True))
            case "taken":
                return [(args[0], arb(1))]
            case "where":
                side = self.run.side(node)
                # on the edge nothing follows the side, but only for what moves the edge
                edge = [] if self.run.taken(node) is not None else [(args[0], self._undecided())]
                return edge if side is None else [*edge, (args[side], arb(1))]
            case "max" | "min":
                side = self.run.taken(node)
                if side is not None:
                    return [(args[side], arb(1))]
                best = self._number(self.run.values[node.id])
                nan = self._undecided()
                return [(a, nan) for a, v in zip(args, values, strict=True) if self._number(v).overlaps(best)]
            case "abs" | "sign":
                sign = None if isinstance(values[0], Poison) else sign_of(values[0])
                if not sign:
                    return [(args[0], self._undecided())]
                return [] if node.op == "sign" else [(args[0], arb(sign))]
            case "diff":
                return self._second(node)
            case _:
                series = taylor(node.op, node.data, values[0], 1)
                return [(args[0], self._number(series if isinstance(series, Poison) else series[1]))]

    def _second(self, node: Node) -> list[tuple[Node, arb]]:
        """A derivative inside the definition: differentiated once more by jets."""
        pairs = []
        for n in self.graph.entries:
            if node.deps & n.deps:
                pairs.append((n, self._number(self.run.slope(node, n))))
        return pairs

    # --- small things -----------------------------------------------------------------------------

    def _entry(self, node: Node) -> arb:
        name, where = node.data
        return exact(self.arrays[name][tuple(k - 1 for k in where)])

    def _number(self, v: Any) -> arb:
        if v is not UNDEFINED and (isinstance(v, Poison) or not v.is_finite()):
            self.open = True
        return _NAN if isinstance(v, Poison) else v

    def _undecided(self) -> arb:
        """No derivative: at a tie, or nearer to one than the bits at hand tell."""
        self.open = True
        return _NAN

    @staticmethod
    def _shaped(flat: Sequence[arb], shape: tuple[int, ...]) -> Reference:
        result = np.empty(len(flat), dtype=object)
        result[:] = flat
        return result.reshape(shape)


def _cofactors(values: Sequence[arb]) -> list[arb]:
    """The product of all the others, for each value."""
    after = [arb(1)]
    for v in reversed(values[1:]):
        after.append(after[-1] * v)
    before, result = arb(1), []
    for v, rest in zip(values, reversed(after), strict=True):
        result.append(before * rest)
        before = before * v
    return result
