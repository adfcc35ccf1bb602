"""A kernel -> the pieces of a NumPy file: one line a step, arrays broadcast over the letters.

The core axes of an array are its last ones, in the order of its letters; batch axes come before and
broadcast.  Everything is computed in float64.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symderiv.emit.c_loops import size_names
from symderiv.emit.infix import ATOM, Infix, Shown
from symderiv.lower.kernel import Kernel, Step
from symderiv.lower.names import Names
from symderiv.terms import (
    Condition,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Position,
    Size,
    Term,
    Where,
    free_indices,
    linear,
    mul,
)

HAZARDS = frozenset(
    ("np", "axis", "out", "real", "shape", "valid", "places", "SIGNATURES", *keyword.softkwlist)
)
_OWN = {"erf": "_erf", "erfc": "_erfc", "sigmoid": "_sigmoid"}
_PLAIN = {"max": "np.maximum", "min": "np.minimum"}


def safe(name: str) -> str:
    """A name that the file's own names leave free."""
    return f"{name}_" if name in HAZARDS else name


class Writer(Infix):
    """Terms over arrays whose last axes are the letters of ``layout``."""

    def __init__(self, kernel: Kernel, sizes: dict[str, str], layout: tuple[Index, ...]) -> None:
        self.kernel = kernel
        self.sizes = sizes
        self.layout = layout

    def entry(self, name: str, indices: tuple[Position, ...]) -> str:
        shown = safe(name)
        for n in range(len(indices) - 1, -1, -1):  # labels are read first, from the last axis on
            i = indices[n]
            if isinstance(i, Index) and i in self.kernel.labels:
                shown = f"_at({shown}, {safe(i.name)}, {n - len(indices)})"
                indices = indices[:n] + indices[n + 1 :]
        shifts = [_shift(p) for p in indices]
        plain = tuple(
            letter for letter, _ in shifts if letter is not None and letter not in self.kernel.labels
        )
        if len(plain) < len(indices):
            return f"_read({shown}, {len(self.layout)}, {', '.join(map(self.place, indices))})"
        for n, (_, by) in enumerate(shifts):
            if by:
                shown = f"_moved({shown}, {by}, {n - len(indices)})"
        return self.placed(shown, plain)

    def symbol(self, symbol: Index | Size) -> str:
        """A letter as an array of its values, in its place in the layout; a label with its batch axes."""
        if isinstance(symbol, Size):
            return self.sizes[symbol.dim]
        if symbol in self.kernel.labels:
            after = len(self.layout)
            return f"{safe(symbol.name)}[..., {', '.join(['None'] * after)}]" if after else safe(symbol.name)
        values = f"np.arange({self.sizes[symbol.dim]})"
        after = len(self.layout) - 1 - self.layout.index(symbol)
        return f"{values}[:, {', '.join(['None'] * after)}]" if after else values

    def placed(self, shown: str, indices: tuple[Index, ...]) -> str:
        """An array over ``indices`` brought to the layout."""
        if len(set(indices)) < len(indices):
            letters = dict(zip(dict.fromkeys(indices), "ijklmnop", strict=False))
            old, new = "".join(letters[i] for i in indices), "".join(letters.values())
            shown, indices = f'np.einsum("...{old}->...{new}", {shown})', tuple(letters)
        wanted = tuple(i for i in self.layout if i in indices)
        if wanted != indices:
            if len(indices) == 2:
                shown = f"np.swapaxes({shown}, -1, -2)"
            else:
                old_axes = tuple(n - len(indices) for n in range(len(indices)))
                new_axes = tuple(wanted.index(i) - len(indices) for i in indices)
                shown = f"np.moveaxis({shown}, {old_axes}, {new_axes})"
        if wanted == self.layout:
            return shown
        return f"{shown}[..., {', '.join(':' if i in wanted else 'None' for i in self.layout)}]"

    def infinity(self, op: str) -> str:
        return "-np.inf" if op == "max" else "np.inf"

    def delta(self, left: Position, right: Position) -> str:
        labels = self.kernel.labels
        if not isinstance(left, Index) or not isinstance(right, Index):
            return f"np.where({self.condition(Order('==', left, right))}, 1.0, 0.0)"
        if left in labels and right in labels:
            return self.placed(f"np.where({safe(left.name)} == {safe(right.name)}, 1.0, 0.0)", ())
        if left in labels or right in labels:
            label, letter = (left, right) if left in labels else (right, left)
            places = f"np.arange({self.sizes[letter.dim]})"
            equal = f"np.where({places} == {safe(label.name)}[..., None], 1.0, 0.0)"
            return self.placed(equal, (letter,))
        pair = tuple(i for i in self.layout if i in (left, right))
        return self.placed(f"np.eye({self.sizes[left.dim]})", pair)

    def size(self, dim: str) -> str:
        return self.sizes[dim]

    def call(self, function: str, args: Sequence[str]) -> str:
        name = _OWN.get(function) or _PLAIN.get(function) or f"np.{function}"
        return f"{name}({', '.join(args)})"

    def helper(self, name: str, *args: str) -> str:
        if name == "exp_sum":  # exp(a + rest)
            return f"_exp_plus({args[0]}, 0.0, {args[1]})"
        return f"_{name}({', '.join(args)})"

    def power(self, base: Term, exponent: Term) -> Shown:
        if exponent == Num(Fraction(1, 2)):
            return f"np.sqrt({self.text(base)})", ATOM
        shown = self.wrap(base, ATOM)
        if isinstance(exponent, Num) and exponent.value.denominator == 1:
            return f"{shown} ** {exponent.value.numerator}", ATOM - 1
        return f"np.power({self.text(base)}, {self.text(exponent)})", ATOM

    def where(self, condition: Condition, then: Term, other: Term) -> str:
        tests = [condition]
        while isinstance(condition, Order) and isinstance(then, Where) and then.other == other:
            tests.append(then.condition)
            then = then.then
        shown = " & ".join(f"({self.condition(c)})" for c in tests)
        shown = shown if len(tests) > 1 else self.condition(condition)
        return f"np.where({shown}, {self.text(then)}, {self.text(other)})"


def _shift(position: Position) -> tuple[Index | None, int]:
    """The letter that stands at a position, and by how much it is moved; None where it is another thing."""
    parts, constant = linear(position)
    if len(parts) == 1:
        ((symbol, k),) = parts.items()
        if isinstance(symbol, Index) and symbol.dim == position.dim and k == 1:
            return symbol, constant
    return None, 0


@dataclass(frozen=True)
class NumpyKernel:
    """What the template needs to know of one kernel."""

    kernel: Kernel
    arguments: tuple[str, ...]
    reals: tuple[str, ...]
    labels: tuple[str, ...]
    moved: tuple[str, ...]
    sizes: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...]
    checks: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    shape: str
    results: tuple[Result, ...]
    axis: bool


@dataclass(frozen=True)
class Result:
    """One result: its name, its shape, how many core axes it has; ``axis_back``: its axis goes where the
    inputs have theirs."""

    name: str
    shape: str
    axes: int
    axis_back: bool


def numpy_kernel(kernel: Kernel) -> NumpyKernel:
    """The pieces of one kernel."""
    taken = {safe(a.name) for a in kernel.arguments} | {safe(s.name) for s in kernel.steps} | HAZARDS
    names = Names(taken)
    sizes = {d: names.pick(*size_names(d)) for d in kernel.dims}
    lines = [(safe(s.name), _step(kernel, s, sizes), s.formula) for s in kernel.steps]
    batch = ", ".join(_batch(safe(a.name), len(a.letters)) for a in kernel.arguments)
    whole = f"np.broadcast_shapes({batch})"
    one_axis = kernel.one_axis
    results = []
    for s in kernel.outputs:
        core = ", ".join(sizes[i.dim] for i in s.head)
        shape = f"(*shape, {core})" if core else "shape"
        results.append(Result(safe(s.name), shape, len(s.head), one_axis and len(s.head) == 1))
    if len(results) == 1:
        whole, results = results[0].shape.replace("shape", whole), [replace(results[0], shape="shape")]
    places: dict[str, list[tuple[str, int]]] = {}
    for a in kernel.arguments:
        for n, i in enumerate(a.letters):
            places.setdefault(i.dim, []).append((safe(a.name), n - len(a.letters)))
    checks = [(safe(k.name), sizes[k.dim]) for k in kernel.labels]
    return NumpyKernel(
        kernel,
        tuple(safe(a.name) for a in kernel.arguments),
        tuple(safe(a.name) for a in kernel.arguments if not a.label),
        tuple(safe(a.name) for a in kernel.arguments if a.label),
        tuple(safe(a.name) for a in kernel.arguments if a.letters) if one_axis else (),
        tuple((sizes[d], d, tuple(places[d])) for d in kernel.dims),
        tuple(checks),
        tuple((f"{name} = {text}", formula) for name, text, formula in lines),
        whole,
        tuple(results),
        one_axis,
    )


def _batch(name: str, axes: int) -> str:
    return f"{name}.shape[:-{axes}]" if axes else f"{name}.shape"


def _step(kernel: Kernel, step: Step, sizes: dict[str, str]) -> str:
    """The right-hand side, with all axes of the head."""
    shown = _value(kernel, step, sizes)
    if any(step.name == o.name for o in kernel.outputs) or free_indices(step.term) >= set(step.head):
        return shown
    return f"_spread({shown}, {', '.join(sizes[i.dim] for i in step.head)})"


def _value(kernel: Kernel, step: Step, sizes: dict[str, str]) -> str:
    layout = step.head + step.over
    writer = Writer(kernel, sizes, layout)
    if not step.op:
        return writer.text(step.body)
    if step.op == "sum" and not step.start:
        contraction = _contraction(writer, step)
        if contraction:
            return contraction
    shown = writer.text(step.body)
    axes = tuple(range(-len(step.over), 0))
    axis = f"axis={axes[0] if len(axes) == 1 else axes}"
    match step.op:
        case "max" | "min":
            start = "-np.inf" if step.op == "max" else "np.inf"
            return f"np.{step.op}({shown}, {axis}, initial={start})"
        case "prod":
            return f"np.prod({shown}, {axis})"
    total = _summed(shown, step, sizes)
    if step.op == "mean":
        count = " * ".join(sizes[i.dim] for i in step.over)
        return f"{total} / {count if len(step.over) == 1 else f'({count})'}"
    return total


def _summed(shown: str, step: Step, sizes: dict[str, str]) -> str:
    if len(step.over) > 1:
        merged = f"_merged({shown}, {len(step.over)})"
        shown = merged
    if step.start:
        start = Infix.literal(float(step.start))[0]
        return f"_sum({shown}, {start})"
    return f"_sum({shown})"


def _contraction(writer: Writer, step: Step) -> str:
    """einsum where no factor has all the letters, so that no array over all of them is formed."""
    factors = step.body.factors if isinstance(step.body, Mul) else (step.body,)
    labels = set(writer.kernel.labels)
    if len(factors) < 2 or any(free_indices(f) & labels for f in factors):
        return ""
    layout = step.head + step.over
    if any(set(layout) <= free_indices(f) for f in factors):
        return ""
    letters = dict(zip(layout, "abcdefghijklmnop", strict=False))
    groups: dict[tuple[Index, ...], list[Term]] = {}
    for f in factors:
        own = tuple(i for i in layout if i in free_indices(f))
        if isinstance(f, Entry) and all(isinstance(i, Index) for i in f.indices):
            own = f.letters
        groups.setdefault(own if len(set(own)) == len(own) else (), []).append(f)
    if len(groups) < 2 or (() in groups and any(free_indices(f) for f in groups[()])):
        return ""
    for own in groups:
        if set(layout) <= set(own):
            return ""
    sides = ",".join("..." + "".join(letters[i] for i in own) for own in groups)
    out = "..." + "".join(letters[i] for i in step.head)
    values = [Writer(writer.kernel, writer.sizes, own).text(mul(*fs)) for own, fs in groups.items()]
    return f'np.einsum("{sides}->{out}", {", ".join(values)})'


def functions_used(kernels: Sequence[NumpyKernel]) -> list[str]:
    """Names of the private functions that the lines call, without those that these need."""
    text = "\n".join(line for k in kernels for line, _ in k.lines)
    return sorted(set(re.findall(r"(?<![\w.])_([a-z0-9_]+)\(", text)))
