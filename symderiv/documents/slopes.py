"""Derivatives in matrix notation: of and by scalars, columns and matrices, in the layout of a world."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.syntax import Apply, Deriv, Node, Sym
from symderiv.documents.values import Marks, Misfit, Value, scalar

if TYPE_CHECKING:
    from symderiv.documents.matrices import Lowering


def slope(low: Lowering, node: Deriv) -> Value:
    """The value of a derivative."""
    if node.kind == "half" or node.body is None:
        raise Misfit("a differential alone")
    targets = node.targets
    if node.kind in ("gradient", "hessian") and not targets:
        arg = node.body.args[0] if isinstance(node.body, Apply) and len(node.body.args) == 1 else None
        if not isinstance(arg, Sym):
            raise Misfit("a gradient by what is not said")
        targets = (arg,) if node.kind == "gradient" else (arg, arg)
    body, by = low.value(node.body), [low.value(t) for t in targets]
    kind = "partial" if node.kind in ("gradient", "hessian") else node.kind
    axes = "".join(v.kind for v in (body, *by)).replace("s", "")

    def made(b: Marks, *ts: Marks) -> Node:
        return replace(
            node,
            kind=kind,
            body=body.entry(b),
            targets=tuple(v.entry(t) for v, t in zip(by, ts, strict=True)),
        )

    if node.kind == "gradient" and len(by) == 2 and by[0].kind == "s":
        raise Misfit("a second gradient by what is no vector")
    if not axes:
        return scalar(made((), *(() for _ in by)))
    if len(by) == 2:
        if body.kind == "s" and axes in ("cc", "cr", "rc") and not body.places:
            return Value("m", lambda m: made((), m[:1], m[1:]))
        raise Misfit("a second derivative with more than two indices")
    (t,) = by
    if t.kind == "s":
        return Value(body.kind, lambda m: made(m, ()), body.places)
    turned = low.world.rows
    if body.kind == "s":
        if t.kind == "m":
            return Value("m", lambda m: made((), m[::-1] if turned else m), t.places)
        row = t.kind == "r" or turned
        return Value("r" if row else "c", lambda m: made((), m), t.places)
    both = (body.along(0), t.along(0))
    if low.world.diagonal and axes in ("cc", "mm"):
        return Value(body.kind, lambda m: made(m, m), both if axes == "cc" else body.places)
    if axes == "cr" or (axes == "cc" and turned):
        return Value("m", lambda m: made(m[:1], m[1:]), both)
    if axes == "rc" or axes == "cc":
        return Value("m", lambda m: made(m[1:], m[:1]), both[::-1])
    raise Misfit("a derivative with more than two indices")
