"""How far a generated kernel is from the truth: every kernel of a function, both targets, both dtypes.

The truth at given floats, which count as exact numbers, is the value, or automatic differentiation of the
definition (no formula of ours), in ball arithmetic.  A kernel that takes the output y gets it rounded from
its exact value, and for each entry the nearer of two truths counts: the derivative at the inputs that y came
from, and the stated closed form at exactly the y that the kernel got.

Two measures of an entry x whose truth is f:

``ulp``
    |x - f| in units in the last place of f.  Where terms cancel, no algorithm keeps this small.
``units``
    |x - f| / (u (|f| + w)), u = 2^-53 (2^-24), where w is the condition of the closed form with absolute
    values: w = |x| for an argument x, w(a + b) = w(a) + w(b), w(h(a)) = |h'(a)| w(a).  So u w bounds, to
    first order, how far f moves when every argument moves by a relative u, nothing cancelling (not even
    in x - x: what a kernel rounds twice need not be 0).  A few units mean: as good as the formula allows.
    Errors below the smallest subnormal number count as none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from symderiv.definitions import Function
from symderiv.lower.kernel import Kernel
from symderiv.lower.products import elementwise
from symderiv.lower.products import kernels as kernels_of
from symderiv.run import reference
from symderiv.run.compare import Reference, exact, precision, relative_error, rounded, special, ulp_error
from symderiv.run.inputs import draw
from symderiv.terms import Bodies, Index, Term

Array = NDArray[Any]

#: Both floating-point types that kernels exist for.
DTYPES: tuple[type[np.floating[Any]], ...] = (np.float32, np.float64)
#: Magnitudes of the inputs that are tried.
SCALES = (1.0, 10.0, 100.0)
#: Kernels with more entries than this are tried at the smaller sizes only.
_MOST_ENTRIES = 1100
_ZERO = arb(0)


@dataclass(frozen=True, slots=True)
class Point:
    """All inputs of a function, and what one kernel is called with; letters' sizes."""

    inputs: Mapping[str, Array]
    arguments: tuple[Array, ...]
    labels: Mapping[str, int]
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Truth:
    """The exact result at a point, and its condition w: see the module's docstring.

    ``given`` is the closed form at exactly the arguments, for a kernel that takes the output.
    """

    value: Reference
    condition: Array
    given: Reference | None = None

    def ulps(self, computed: Array) -> NDArray[np.float64]:
        """The error of every entry in units in the last place."""
        return self._nearer(lambda true: ulp_error(computed, true))

    def relative(self, computed: Array) -> NDArray[np.float64]:
        """The error of every entry divided by the entry."""
        return self._nearer(lambda true: relative_error(computed, true))

    def units(self, computed: Array) -> NDArray[np.float64]:
        """The error of every entry in units: see the module's docstring."""
        return self._nearer(lambda true: _units(computed, true, self.condition))

    def _nearer(self, measure: Callable[[Reference], NDArray[np.float64]]) -> NDArray[np.float64]:
        found = measure(self.value)
        return found if self.given is None else np.minimum(found, measure(self.given))


@dataclass(frozen=True, slots=True)
class KernelError:
    """The worst error of one kernel over all points; ``where`` says at which entry ``units`` is worst."""

    kernel: str
    target: str
    dtype: str
    worst_ulp: float
    worst_relative: float
    worst_units: float
    entries: int
    where: str


def compare(
    function: Function,
    module_numpy: ModuleType,
    module_c: ModuleType | None = None,
    *,
    kernels: Sequence[Kernel] | None = None,
    rows: int = 6,
    sizes: Sequence[Mapping[str, int]] | None = None,
    seed: int = 1,
    dtypes: Sequence[Any] = DTYPES,
) -> list[KernelError]:
    """The errors of all kernels of ``function`` in the given modules, for each of ``dtypes``.

    ``kernels`` spares lowering the function again.  ``rows`` points are drawn for each choice of sizes (the
    magnitude of the inputs changes from row to row), the same for both targets.
    """
    modules = {"numpy": module_numpy} | ({"c": module_c} if module_c is not None else {})
    found = []
    for kernel in kernels if kernels is not None else kernels_of(function, function.name):
        for dtype in dtypes:
            worst = {target: Worst(kernel.name, target, np.dtype(dtype).name) for target in modules}
            for chosen in sizes or usual_sizes(function, kernel):
                count = _count(rows, chosen)
                drawn = points(function, kernel, chosen, dtype, rows=count, seed=seed)
                true = [truth(function, kernel, p) for p in drawn]
                for target, module in modules.items():
                    results = call(getattr(module, kernel.name), drawn)
                    for row, (result, point, t) in enumerate(zip(results, drawn, true, strict=True)):
                        worst[target].add(result, t, f"sizes {dict(point.sizes)}, row {row}")
            found += [w.result() for w in worst.values()]
    return found


def _count(rows: int, sizes: Mapping[str, int]) -> int:
    """More points where there is one entry a point, fewer where rows are long and take long to do exactly."""
    largest = max(sizes.values(), default=0)
    return 16 * rows if largest == 0 else rows if largest < 50 else -(-rows // 3)


def usual_sizes(function: Function, kernel: Kernel) -> list[dict[str, int]]:
    """Choices of sizes: all 1, small ones that differ, and larger ones as far as the result stays small."""
    dims = sorted({d for axes in scalar_or_self(function).inputs.values() for d in axes})
    if not dims:
        return [{}]
    first = dims[0]
    choices = [
        dict.fromkeys(dims, 1),
        {d: 2 + n for n, d in enumerate(dims)},
        {d: 10 + n for n, d in enumerate(dims)},
        {d: 100 if d == first else 3 for d in dims},
    ]
    head = kernel.output.head
    return [c for c in choices if np.prod([c[i.dim] for i in head], dtype=int) <= _MOST_ENTRIES]


# --- points and their truth -----------------------------------------------------------------------


def points(
    function: Function,
    kernel: Kernel,
    sizes: Mapping[str, int],
    dtype: Any,
    *,
    rows: int = 6,
    scales: Sequence[float] = SCALES,
    seed: int = 1,
) -> list[Point]:
    """Random points for ``kernel`` at the given sizes of its dimensions; always the same ones."""
    rng = np.random.default_rng([seed, *(ord(ch) for ch in kernel.name), *sizes.values()])
    base = scalar_or_self(function)
    return [
        point(base, kernel, draw(base, sizes, rng, scale=scales[row % len(scales)], dtype=dtype), sizes, rng)
        for row in range(rows)
    ]


def point(
    function: Function,
    kernel: Kernel,
    inputs: Mapping[str, Array],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
) -> Point:
    """The point at ``inputs``: labels and tangents drawn, the output rounded from its exact value."""
    base = scalar_or_self(function)
    dtype = next(iter(inputs.values())).dtype
    labels = {i.name: int(rng.integers(sizes[i.dim])) for i in kernel.labels}
    arguments = []
    for a in kernel.arguments:
        if a.label:
            arguments.append(np.asarray(labels[a.name]))
        elif a.name in inputs:
            arguments.append(np.asarray(inputs[a.name]))
        elif a.name == base.output.name:
            arguments.append(rounded(reference.value(base, inputs, labels=labels), dtype))
        else:
            shape = tuple(sizes[i.dim] for i in a.letters)
            arguments.append(np.asarray(rng.standard_normal(shape)).astype(dtype))
    return Point(dict(inputs), tuple(arguments), labels, dict(sizes))


def truth(function: Function, kernel: Kernel, at: Point) -> Truth:
    """What ``kernel`` should return at a point, with the condition of every entry; of several results all
    entries in a row, as :func:`call` gives them."""
    if kernel.parts:
        parts = [truth(function, p, at) for p in kernel.parts]
        values = [np.ravel(t.value) for t in parts]
        return Truth(np.concatenate(values), np.concatenate([np.ravel(t.condition) for t in parts]))
    base = scalar_or_self(function)
    term, bodies, letters = closed_form(base, kernel)
    given = dict(zip((a.name for a in kernel.arguments if not a.label), _arrays(kernel, at), strict=True))
    arrays = {**at.inputs, **given}
    # the claim that states the formula may call dimensions differently; its letters it calls the same
    sizes = {ours.dim: at.sizes[theirs.dim] for ours, theirs in zip(letters, kernel.output.head, strict=True)}
    closed, weight = with_condition(term, bodies, arrays, letters, labels=at.labels, sizes=sizes)
    takes_output = kernel.argument(base.output.name) is not None
    return Truth(by_definition(base, kernel, at), weight, closed if takes_output else None)


def by_definition(base: Function, kernel: Kernel, at: Point) -> Reference:
    """The truth at the point's inputs, by automatic differentiation of the definition."""
    arrays = dict(zip((a.name for a in kernel.arguments if not a.label), _arrays(kernel, at), strict=True))
    inputs = at.inputs
    extra = [n for n in arrays if n not in inputs and n != base.output.name]
    match kernel.kind:
        case "value":
            return reference.value(base, inputs, labels=at.labels)
        case "jacobian":
            return reference.jacobian(base, kernel.wrt, inputs, labels=at.labels)
        case "vjp":
            return reference.vjp(base, kernel.wrt, inputs, arrays[extra[0]], labels=at.labels)
        case "jvp":
            return reference.jvp(base, inputs, {kernel.wrt: arrays[extra[0]]}, labels=at.labels)
    raise ValueError(f"{kernel.name} is of an unknown kind '{kernel.kind}'")


def with_condition(
    term: Term,
    bodies: Bodies,
    arrays: Mapping[str, Array],
    letters: Sequence[Index],
    *,
    labels: Mapping[str, int] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> tuple[Reference, Array]:
    """Every entry of ``term``, exactly, and its w: see the module's docstring."""
    own = {name: body for name, body in bodies.items() if name not in arrays}
    weights: list[float] = []

    def tape() -> reference._Tape:
        return reference._Tape(term, own, arrays, letters, labels or {}, sizes or {}, collect=False)

    def weighed(tape: reference._Tape) -> Reference:
        w = {n.id: abs(tape._entry(n)) for n in tape.graph.entries}
        for node in tape._reached(tape.roots):
            w[node.id] = sum((abs(d) * w.get(a.id, _ZERO) for a, d in tape._local(node)), _ZERO)
        weights[:] = [float(w.get(r.id, _ZERO).mid()) for r in tape.roots]
        return tape.value()

    value = reference._refined(256, tape, weighed)
    return value, np.array(weights, dtype=np.float64).reshape(value.shape)


@lru_cache(maxsize=256)
def scalar_or_self(function: Function) -> Function:
    """The function that kernels are made of: an elementwise one as a function of numbers."""
    return elementwise(function) or function


def closed_form(base: Function, kernel: Kernel) -> tuple[Term, Bodies, tuple[Index, ...]]:
    """The formula that the kernel states, the definitions it rests on, and the letters of its axes."""
    output = base.output
    if kernel.kind == "value":
        return output.body, base.bodies, tuple(i for i in output.head if i not in kernel.labels)
    claim = base.claim(kernel.definition, balanced=False)
    letters = {i.name: i for i in claim.free}
    dims = {i.name: i for i in kernel.output.head}
    return claim.right, claim.bodies, tuple(letters.get(name, i) for name, i in dims.items())


def _arrays(kernel: Kernel, at: Point) -> list[Array]:
    return [x for a, x in zip(kernel.arguments, at.arguments, strict=True) if not a.label]


# --- calling and measuring ------------------------------------------------------------------------


def call(function: Any, at: Sequence[Point]) -> list[Array]:
    """The kernel's results at several points of the same sizes, from one call on a batch; where it has
    several, their entries in a row."""
    batch = [np.stack(each) for each in zip(*(p.arguments for p in at), strict=True)]
    found = function(*batch)
    if isinstance(found, tuple):
        found = np.concatenate([np.reshape(r, (len(at), -1)) for r in found], axis=1)
    result = np.asarray(found)
    if result.shape[:1] != (len(at),):
        raise ValueError(f"a batch of {len(at)} rows gave a result of shape {result.shape}")
    return list(result)


def _units(computed: Array, true: Reference, condition: Array) -> NDArray[np.float64]:
    given = np.asarray(computed)
    info = np.finfo(given.dtype)
    result = ulp_error(given, true)
    with precision(256):
        smallest = arb(2) ** int(info.minexp - info.nmant)
        for n, (x, f, w) in enumerate(zip(given.ravel(), true.ravel(), condition.ravel(), strict=True)):
            # special values keep the verdict that ulp_error gave them
            if special(x, f, info) is None and np.isfinite(w):
                unit = arb(float(info.eps)) / 2 * (abs(f) + arb(float(w)))
                result.flat[n] = float((abs(exact(x) - f) / (unit if unit > smallest else smallest)).mid())
    return result


class Worst:
    """The worst errors met so far."""

    def __init__(self, kernel: str, target: str, dtype: str) -> None:
        self.names = (kernel, target, dtype)
        self.ulp = self.relative = self.units = 0.0
        self.entries = 0
        self.where = ""

    def add(self, result: Array, true: Truth, place: str) -> None:
        ulps, units = true.ulps(result), true.units(result)
        if not ulps.size:
            return
        self.entries += ulps.size
        self.ulp = max(self.ulp, float(ulps.max()))
        self.relative = max(self.relative, float(true.relative(result).max()))
        if not self.where or units.max() > self.units:
            self.units = float(units.max())
            worst = np.unravel_index(int(units.argmax()), units.shape)
            at = tuple(int(k) for k in worst)
            want: Any = true.value[at]
            self.where = f"{place}, entry {at}: got {result[at]!r}, want {want.str(20, radius=False)}"

    def result(self) -> KernelError:
        return KernelError(*self.names, self.ulp, self.relative, self.units, self.entries, self.where)


__all__ = [
    "DTYPES",
    "SCALES",
    "KernelError",
    "Point",
    "Truth",
    "Worst",
    "by_definition",
    "call",
    "closed_form",
    "compare",
    "point",
    "points",
    "scalar_or_self",
    "truth",
    "usual_sizes",
    "with_condition",
]
