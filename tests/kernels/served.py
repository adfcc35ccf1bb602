"""The generated files as tests see them: both targets, and what each kernel says of itself.

A kernel is read off its generated file, not off the stages that made it: names and types from SIGNATURES,
argument names from the Python signature, the formula from the docstring.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from symderiv.build import BuildError, load
from symderiv.build.signature import Signature
from symderiv.build.threads import threaded
from symderiv.definitions import Function
from symderiv.library import catalog
from symderiv.lower.kernel import Argument, Kernel, Step
from symderiv.lower.together import AND, VALUE_AND_GRAD
from symderiv.run.agreement import scalar_or_self
from symderiv.run.inputs import draw
from symderiv.terms import ZERO, Diff, Index, Reduce, Term, walk

TARGETS = ("numpy", "c")
#: Kernels of several results, and what each of these is.
KINDS = {VALUE_AND_GRAD: ("value", "jacobian")}
GENERATED = Path(__file__).parents[2] / "generated"


@dataclass(frozen=True)
class Served:
    """One kernel in one target; of a kernel with several results, one of them."""

    kernel: Kernel
    function: Function
    target: str
    call: Any
    place: int = 0

    def __str__(self) -> str:
        return f"{self.kernel.name} [{self.target}], {self.kernel.kind}"

    def at(self, target: str) -> Served:
        """The same in another target."""
        return each(self.function.name, self.kernel.name, target)[self.place]


@dataclass(frozen=True)
class Output:
    """One of a kernel's results, to be called like a kernel that has no other."""

    call: Any
    place: int
    count: int

    def __call__(self, *arguments: Any, out: Any = None, **options: Any) -> Any:
        if out is not None:  # NumPy takes no out=None for several
            options["out"] = tuple(out if n == self.place else None for n in range(self.count))
        return self.call(*arguments, **options)[self.place]


def each(name: str, kernel: str, target: str) -> list[Served]:
    """Every result of one kernel of a shipped function."""
    found, call = find(name, kernel), getattr(module(name, target), kernel)
    if not found.parts:
        return [Served(found, catalog[name], target, call)]
    count = len(found.parts)
    return [Served(p, catalog[name], target, Output(call, n, count), n) for n, p in enumerate(found.parts)]


def dealt(call: Any, workers: int) -> Any:
    """The same on several threads."""
    if isinstance(call, Output):
        return Output(threaded(call.call, workers), call.place, call.count)
    return threaded(call, workers)


def names() -> list[str]:
    """The catalog's functions that have a generated file."""
    return [n for n in catalog if (GENERATED / f"{n}.py").is_file()]


@lru_cache(maxsize=64)
def described(name: str) -> tuple[Kernel, ...]:
    """The kernels of a shipped function, as its generated file describes them."""
    return tuple(describe(catalog[name], load(GENERATED / f"{name}.py", None), name))


@lru_cache(maxsize=64)
def module(name: str, target: str) -> ModuleType:
    """A shipped function's generated module; raises `BuildError` where C cannot be compiled."""
    return load(GENERATED / f"{name}.py", GENERATED / f"{name}.c" if target == "c" else None)


def kernel_ids() -> list[tuple[str, str]]:
    """(function, kernel) for all generated kernels."""
    return [(n, k.name) for n in names() for k in described(n)]


def find(name: str, kernel: str) -> Kernel:
    """One kernel of a shipped function."""
    return next(k for k in described(name) if k.name == kernel)


def no_compiler() -> str:
    """Why C cannot be tested; empty where it can."""
    from symderiv.build import CompilerMissing, find_compiler

    try:
        find_compiler()
    except (CompilerMissing, BuildError) as error:
        return str(error)
    return ""


# --- reading a generated file ---------------------------------------------------------------------


def describe(function: Function, file: ModuleType, slug: str) -> Iterator[Kernel]:
    """The kernels in a generated NumPy module."""
    base = scalar_or_self(function)
    for name, (signature, types) in file.SIGNATURES.items():
        yield _describe(base, name, slug, getattr(file, name), Signature.parse(signature, types))


def _describe(base: Function, name: str, slug: str, function: Any, shape: Signature) -> Kernel:
    parameters = [p.name for p in inspect.signature(function).parameters.values() if p.kind != p.KEYWORD_ONLY]
    assert len(parameters) == len(shape.inputs), f"{name}{tuple(parameters)} does not fit its signature"
    arguments = tuple(
        Argument(p, tuple(Index(d, d) for d in dims), label=kind == "i")
        for p, dims, kind in zip(parameters, shape.inputs, shape.types, strict=False)
    )
    text = " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())
    kind = _kind(name, slug)
    kinds, texts = KINDS.get(kind, (kind,)), text.split(AND)
    parts = tuple(
        _one(base, name, k, t, arguments, dims)
        for k, t, dims in zip(kinds, texts, shape.outputs, strict=True)
    )
    if kind not in KINDS:
        return parts[0]
    last = parts[-1]
    steps = tuple(s for p in parts for s in p.steps)
    return Kernel(name, kind, last.wrt, arguments, steps, last.labels, text, parts=parts)


def _one(
    base: Function,
    name: str,
    kind: str,
    text: str,
    arguments: tuple[Argument, ...],
    output: tuple[str, ...],
) -> Kernel:
    """A kernel of one result."""
    wrt = ""
    labels = tuple(i for i in base.output.head if i.name in base.labels)
    letters = [i.name for i in base.output.head if i not in labels]
    if kind != "value":
        derivative = _derivative(base.claim(text).left)
        head = [i.name for i in free_letters(derivative.body) if i.name not in base.labels]
        wrt = derivative.targets[0].name
        target = [i.name for i in derivative.targets[0].indices]
        letters = {"jacobian": head + target, "vjp": target, "jvp": head}[kind]
    head_letters = tuple(Index(i, d) for i, d in zip(letters, output, strict=True))
    steps = (Step("result", head_letters, ZERO),)
    return Kernel(name, kind, wrt, arguments, steps, labels, text)


def _kind(name: str, slug: str) -> str:
    """What a kernel's name says it is."""
    rest = name.removeprefix(slug).removeprefix("_")
    several = next((k for k in KINDS if rest == k or rest.startswith(f"{k}_")), "")
    kind = several or rest.partition("_")[0]
    assert kind in ("", "jacobian", "vjp", "jvp", *KINDS), f"{name} is of no known kind"
    return kind or "value"


def _derivative(term: Term) -> Diff:
    return next(t for t in walk(term) if isinstance(t, Diff))


def free_letters(term: Term) -> tuple[Index, ...]:
    """Letters of an entry, in order."""
    assert not isinstance(term, Reduce)
    return tuple(getattr(term, "indices", ()))


# --- arguments ------------------------------------------------------------------------------------


def usual_sizes(function: Function, first: int = 5) -> dict[str, int]:
    """Different sizes of all dimensions."""
    dims = sorted({d for axes in scalar_or_self(function).inputs.values() for d in axes})
    return {d: max(1, first - n) for n, d in enumerate(dims)}


def arguments(
    served: Served,
    batch: tuple[int, ...] = (),
    sizes: dict[str, int] | None = None,
    dtype: Any = np.float64,
    seed: int = 0,
) -> list[np.ndarray]:
    """Arguments of a kernel with batch axes in front; the output is what the NumPy value kernel makes."""
    base, kernel = scalar_or_self(served.function), served.kernel
    sizes = usual_sizes(served.function) if sizes is None else sizes
    rng = np.random.default_rng(seed)
    count = int(np.prod(batch, dtype=int))
    drawn = [draw(base, sizes, rng, dtype=dtype) for _ in range(max(count, 1))]

    def stacked(rows: list[np.ndarray]) -> np.ndarray:
        return np.stack(rows)[:count].reshape(batch + rows[0].shape)

    inputs = {name: stacked([d[name] for d in drawn]) for name in base.inputs}
    labels = {i.name: rng.integers(0, max(sizes[i.dim], 1), size=batch) for i in kernel.labels}
    found = []
    for a in kernel.arguments:
        if a.label:
            found.append(np.asarray(labels[a.name]))
        elif a.name in inputs:
            found.append(inputs[a.name])
        elif a.name == base.output.name:
            value = module(served.function.name, "numpy")
            found.append(np.asarray(getattr(value, served.function.name)(*inputs.values(), *labels.values())))
        else:
            shape = tuple(sizes[i.dim] for i in a.letters)
            found.append(rng.standard_normal(batch + shape).astype(dtype))
    return found


# --- comparing ------------------------------------------------------------------------------------


def agree(
    got: Any, want: Any, served: Any, *, ulps: float = 0.0, of_row: float = 0.0, what: str = ""
) -> None:
    """Raise unless shape and dtype are the same and every entry is within so many ulps of the wanted entry
    (``of_row``: and so many ulps of the largest entry); NaN and infinities in the same places."""
    got, want = np.asarray(got), np.asarray(want)
    place = f"{served}, {what}: dtype {got.dtype}, shape {got.shape}"
    if got.shape != want.shape or got.dtype != want.dtype:
        raise AssertionError(f"{place}; want dtype {want.dtype}, shape {want.shape}")
    if not got.size:
        return
    exact = np.isnan(want) | np.isinf(want)
    with np.errstate(all="ignore"):
        unit = np.spacing(np.where(exact, 1, np.abs(want)).astype(want.dtype))
        finite = np.abs(np.where(exact, 0, want))
        allowed = ulps * unit + of_row * np.spacing(finite.max().astype(want.dtype))
        off = np.abs(got - want)
        wrong = np.where(exact, ~((np.isnan(got) & np.isnan(want)) | (got == want)), ~(off <= allowed))
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        error = off[at] / unit[at]
        raise AssertionError(
            f"{place}, index {at}: got {got[at]!r}, want {want[at]!r}, off by {error:.3g} ulp "
            f"(allowed {allowed[at] / unit[at]:.3g}); {int(wrong.sum())} of {got.size} entries are wrong"
        )
