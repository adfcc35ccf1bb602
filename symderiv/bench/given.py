"""A row at one shape -> arrays by name, and our kernels as a call without arguments.

Arguments are known by their names, as the NumPy text of a kernel gives them: an input of the definition is
drawn, the output is what the value kernel makes of the inputs, ``g<output>`` is the upstream derivative.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.bench import stated
from symderiv.bench.rows import Row
from symderiv.build import load
from symderiv.build.signature import Signature

Array = NDArray[Any]
Call = Callable[[], Any]


class Missing(Exception):
    """There is no such kernel; the message says so."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one contender and the others get: arrays by name, our call, the bytes that must be touched, and
    how our kernels are served."""

    arrays: Mapping[str, Array]
    ours: Call
    bytes: int
    served: str


def kernel_module(name: str) -> ModuleType:
    """The served kernels of a function, or those of one that is only stated here; raises `Missing`."""
    try:
        return import_module(f"symderiv.kernels.{name}")
    except ModuleNotFoundError:
        if (found := stated.module(name)) is not None:
            return found
        raise Missing(f"there is no kernel module {name}") from None


def given(row: Row, shape: Sequence[int], dtype: str, seed: int = 0) -> Given:
    """Arrays for ``row`` at ``shape``, contiguous, and our kernels on them with ``out=``."""
    arrays = _drawn(row, tuple(shape), np.dtype(dtype), np.random.default_rng(seed))
    _complete(arrays, row, kernel_module(row.module))
    return bind(row, arrays)


def bind(row: Row, arrays: Mapping[str, Array]) -> Given:
    """Our kernels on the given arrays."""
    module = kernel_module(row.module)
    names = next(([n] for n in row.fused if hasattr(module, n)), list(row.kernels))
    for name in names:
        if not hasattr(module, name):
            raise Missing(f"symderiv.kernels.{row.module} has no {name}")
    calls = [_call(module, name, arrays, row) for name in names]
    touched = {id(a): a.nbytes for call in calls for a in call.touched}
    functions = [getattr(module, n) for n in names]
    compiled = all(isinstance(getattr(f, "gufunc", f), np.ufunc) for f in functions)
    return Given(arrays, _together(calls), sum(touched.values()), "compiled" if compiled else "numpy")


def _drawn(
    row: Row, shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator
) -> dict[str, Array]:
    found: dict[str, Array] = {}
    axis = row.axis % len(shape)
    batch = shape[:axis] + shape[axis + 1 :]
    for name, how in row.draw.items():
        whole = (shape[axis],) if name in row.shared else shape
        if how == "labels":
            found[name] = rng.integers(0, shape[axis], batch)
        elif isinstance(how, str):
            drawn = rng.standard_normal(whole)
            found[name] = HOW[how](drawn).astype(dtype)
        else:
            found[name] = np.asarray(how, dtype)
    found["g"] = rng.standard_normal(shape).astype(dtype)
    return found


HOW: Mapping[str, Callable[[Array], Array]] = {
    "normal": np.asarray,
    "positive": np.exp,
    "shares": lambda x: np.exp(x) / np.sum(np.exp(x), -1, keepdims=True),
}


def _complete(arrays: dict[str, Array], row: Row, module: ModuleType) -> None:
    """The output of the value kernel, under its name and as ``value``."""
    value = getattr(module, row.module)
    inputs = [arrays[n] for n in parameters(module, row.module)]
    arrays["value"] = value(*inputs, **_axis(module, row.module, row.axis))


def parameters(module: ModuleType, kernel: str) -> list[str]:
    """The names of a kernel's arrays, from the signature of its NumPy text."""
    reference = _references(module)[kernel]
    return [p.name for p in inspect.signature(reference).parameters.values() if p.kind != p.KEYWORD_ONLY][
        : len(Signature.parse(*module.SIGNATURES[kernel]).inputs)
    ]


def _references(module: ModuleType) -> Mapping[str, Any]:
    """The NumPy functions, which the compiled ones have replaced: the file is read again."""
    if module.__name__ not in _READ:
        assert module.__file__ is not None
        _READ[module.__name__] = vars(load(module.__file__, None))
    return _READ[module.__name__]


_READ: dict[str, Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class _Bound:
    """One kernel with its arguments and a result to write to."""

    run: Call
    touched: tuple[Array, ...]


def _call(module: ModuleType, kernel: str, arrays: Mapping[str, Array], row: Row) -> _Bound:
    function = getattr(module, kernel)
    arguments = [_argument(n, arrays, row) for n in parameters(module, kernel)]
    options = _axis(module, kernel, row.axis)
    first = function(*arguments, **options)
    results = first if isinstance(first, tuple) else (first,)
    touched = tuple(a for a in (*arguments, *results) if isinstance(a, np.ndarray))
    if not row.call and all(isinstance(r, np.ndarray) for r in results):
        options = {**options, "out": first}
    if len(arguments) == 1 and not options:
        (only,) = arguments
        return _Bound(lambda: function(only), touched)
    return _Bound(lambda: function(*arguments, **options), touched)


def _argument(name: str, arrays: Mapping[str, Array], row: Row) -> Array:
    if name in arrays:
        return arrays[name]
    function = stated.function(row.module)
    output = function.output.name if function else ""
    known = {output: "value", f"g{output}": "g"}
    if name not in known:
        raise Missing(f"nothing is drawn for {name}, which a kernel of {row.module} takes")
    return arrays[known[name]]


def _axis(module: ModuleType, kernel: str, axis: int) -> dict[str, Any]:
    along = Signature.parse(*module.SIGNATURES[kernel]).one_axis
    return {"axis": axis} if along and axis != -1 else {}


def _together(calls: Sequence[_Bound]) -> Call:
    runs = [c.run for c in calls]
    if len(runs) == 1:
        return runs[0]

    def all_of_them() -> tuple[Any, ...]:
        return tuple(run() for run in runs)

    return all_of_them
