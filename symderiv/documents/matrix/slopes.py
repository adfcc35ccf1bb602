"""Derivatives in matrix notation: of and by scalars, columns and matrices, in the layout of a world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.matrix.values import AXES, Marks, Misfit, Value, put, scalar
from symderiv.documents.text.syntax import Apply, Big, Deriv, Mark, Marked, Mul, Node, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.matrix.matrices import Lowering


def slope(low: Lowering, node: Deriv) -> Value:
    """The value of a derivative."""
    if node.kind == "half" or node.body is None:
        raise Misfit("a differential alone")
    targets = node.targets
    if node.kind in ("gradient", "hessian") and not targets:
        if isinstance(node.body, Apply) and node.body.sub:  # \nabla f(x)_i
            whole = replace(node.body, sub=())
            if low.value(whole).kind == "s":
                return low.value(Marked(replace(node, body=whole), node.body.sub))
        arg = node.body.args[0] if isinstance(node.body, Apply) and len(node.body.args) == 1 else None
        if isinstance(node.body, Sym) and not node.body.primes:  # \nabla J, of J(\theta)
            arg = low.inputs.get(low.shapes.usage.split(node.body)[0])
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
    if len(by) > 1:
        if len(by) == 2 and body.kind == "s" and axes in ("cc", "cr", "rc") and not body.places:
            return Value("m", lambda m: made((), m[:1], m[1:]))
        raise Misfit("a second derivative with more than two indices")
    if not by:
        raise Misfit("a derivative by a name that is not said")
    return laid_out(low, body, by[0], made, low.world.rows and node.kind not in ("gradient", "hessian"))


def laid_out(low: Lowering, body: Value, t: Value, made: Callable[[Marks, Marks], Node], rows: bool) -> Value:
    """The derivative of one value by another, in a world's layout; ``rows``: that of a number is a row."""
    axes = (body.kind + t.kind).replace("s", "")
    if not axes:
        return scalar(made((), ()))
    if t.kind == "s":
        return Value(body.kind, lambda m: made(m, ()), body.places)
    turned = low.world.rows
    if body.kind == "s":
        if t.kind == "m":
            turned = rows and low.world.turned
            return Value("m", lambda m: made((), m[::-1] if turned else m), t.places)
        # where by a column is a row, by a row is a column
        row = (t.kind == "r") != (rows and not low.world.flat)
        return Value("r" if row else "c", lambda m: made((), m), t.places)
    both = (body.along(0), t.along(0))
    if low.world.diagonal and axes in ("cc", "mm") and not _mixes(low, body, t):
        return Value(body.kind, lambda m: made(m, m), both if axes == "cc" else body.places)
    if axes == "cr" or (axes in ("cc", "rr") and turned):
        return Value("m", lambda m: made(m[:1], m[1:]), both)
    if axes in ("rc", "cc", "rr"):
        return Value("m", lambda m: made(m[1:], m[:1]), both[::-1])
    raise Misfit("a derivative with more than two indices")


def is_of_all(a: Node, b: Node) -> bool:
    """Whether a derivative is the identity, ``\\partial Z/\\partial B = I``: that of all entries by all, and
    not entry by entry."""
    return any(isinstance(x, Deriv) and y == Sym("I") for x, y in ((a, b), (b, a)))


def _mixes(low: Lowering, body: Value, t: Value) -> bool:
    """Whether an entry of the body, as of a product ``X W``, has other entries of what it is differentiated
    by in it, itself or by what it is defined as: it has no derivative entry by entry."""
    marks = tuple(Mark("letter", f"at{n}") for n in range(AXES[t.kind]))
    by = t.entry(marks)
    return isinstance(by, Sym) and _others(low, body.entry(marks), by, by.sub[-len(marks) :], 6)


def _others(low: Lowering, node: Node, by: Sym, own: Marks, depth: int) -> bool:
    steps = by.sub[: -len(own)]  # of the layer, or the step in time
    for n in walk(node):
        if not isinstance(n, Sym):
            continue
        if (n.base, n.style, n.sub[: -len(own)]) == (by.base, by.style, steps) and n.sub[-len(own) :] != own:
            return True
        step = replace(n, sub=n.sub[: -len(own)])  # h_t, where t is a label of its own
        named = low.wholes.get(low.shapes.usage.split(step)[0], []) if step.sub else []
        for letters, whole in [*low.wholes.get(n.base, []), *named] if depth else []:
            written = len(letters) == len(n.sub)  # entry by entry; else a step's, as a whole
            if letters and not written and len(letters) + len(own) != len(n.sub):
                continue
            with suppress(Misfit):
                entry = whole if letters and written else _entry(low.value(whole), n.sub[-len(own) :])
                for x, m in zip(letters, n.sub, strict=False):
                    entry = put(entry, Mark("letter", x), m)
                if _others(low, entry, by, own, depth - 1):
                    return True
    return False


def _entry(value: Value, marks: Marks) -> Node:
    """An entry of what has as many axes."""
    if AXES[value.kind] != len(marks):
        raise Misfit("a vector in the place of a matrix")
    return value.entry(marks)


def chained(low: Lowering, run: Sequence[Deriv]) -> Value:
    """The chain rule, ``dL/dy dy/dx``: summed over all entries of y whatever its shape; each derivative is by
    what the next one is of."""
    bodies = [low.value(d.body) for d in run if d.body is not None]
    last = low.value(run[-1].targets[0])
    if any(v.places for v in (*bodies[1:], last)):
        raise Misfit("a chain of derivatives of what is written out")
    inner = [tuple(Mark("letter", low.fresh()) for _ in range(AXES[v.kind])) for v in bodies[1:]]

    def made(b: Marks, t: Marks) -> Node:
        marks = [b, *inner, t]
        ends = [*bodies, last]
        factors = tuple(
            replace(d, body=ends[n].entry(marks[n]), targets=(ends[n + 1].entry(marks[n + 1]),))
            for n, d in enumerate(run)
        )
        node: Node = Mul(factors)
        for m in (m for ms in reversed(inner) for m in reversed(ms)):
            node = Big("sum", (m.text,), "", "", (), node)
        return node

    return laid_out(low, bodies[0], last, made, low.world.rows)


def runs(factors: Sequence[Node]) -> list[Node | tuple[Deriv, ...]]:
    """Factors, with derivatives that the chain rule joins as one: in either order."""
    found: list[Node | tuple[Deriv, ...]] = []
    for f in factors:
        one = isinstance(f, Deriv) and f.kind in ("partial", "total") and len(f.targets) == 1
        before = found[-1] if found else None
        if isinstance(f, Deriv) and one and f.body is not None:
            if isinstance(before, tuple) and before[-1].targets[0] == f.body and _order(before) >= 0:
                found[-1] = (*before, f)
            elif isinstance(before, tuple) and before[0].body == f.targets[0] and _order(before) <= 0:
                found[-1] = (f, *before)
            else:
                found.append((f,))
        else:
            found.append(f)
    return [r[0] if isinstance(r, tuple) and len(r) == 1 else r for r in found]


def _order(run: tuple[Deriv, ...]) -> int:
    """0: a run of one; 1: written from the left; -1: from the right (by where its ends stand)."""
    return 0 if len(run) == 1 else 1 if run[0].at < run[-1].at else -1
