"""Functions with ranges that depend on an index and with moved indices, and what they are, written by hand.

The truth is independent of symderiv: each function is written with Python loops over 60-digit numbers, and
its derivative is a difference quotient with a step of 1e-30.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import mpmath
import numpy as np

from symderiv.build import load
from symderiv.definitions import Function
from symderiv.emit.generate import render_files
from symderiv.lower.kernel import Kernel
from symderiv.lower.products import kernels

DIGITS = 60
STEP = mpmath.mpf(10) ** -25


@dataclass(frozen=True)
class Case:
    """A definition, and the same thing by hand: from arrays of numbers to an array."""

    define: str
    by_hand: Callable[..., Any]
    #: How large the dimensions are when the first has size n.
    sizes: Callable[[int], dict[str, int]] = field(default=lambda n: {"": n})
    #: Errors in units: u * (|entry| + what it moves by when every argument moves by a relative u).
    units: float = 4.0
    #: Magnitudes of the inputs; where the formula of a derivative cancels, by-hand units say nothing.
    scales: tuple[float, ...] = (1.0, 20.0)
    #: The size of terms that cancel to 0.
    floor: float = 0.0


def at(x: Any, *places: int) -> Any:
    """An entry, counted from 0; 0 outside."""
    inside = all(0 <= p < n for p, n in zip(places, x.shape, strict=True))
    return x[places] if inside else mpmath.mpf(0)


def vector(n: int, entry: Callable[[int], Any]) -> np.ndarray:
    return np.array([entry(j) for j in range(n)], dtype=object)


def causal(s: np.ndarray) -> np.ndarray:
    """Softmax of each row up to the diagonal."""
    n = len(s)
    e = [[mpmath.exp(s[i, j]) if j <= i else mpmath.mpf(0) for j in range(n)] for i in range(n)]
    return np.array([[x / sum(row) for x in row] for row in e], dtype=object)


def product_of(values: Any) -> Any:
    return mpmath.fprod(list(values))


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    return causal(q @ k.T) @ v


SOFTMAX = "y[i,j] = where(j <= i, exp(s[i,j])/sum[c <= i](exp(s[i,c])), 0)"
ATTENTION = """p[i,j] = where(j <= i, exp(sum[d](q[i,d]*k[j,d]))/sum[c <= i](exp(sum[d](q[i,d]*k[c,d]))), 0)
o[i,e] = sum[j](p[i,j]*v[j,e])"""

CASES = {
    "running_sum": Case("y[j] = sum[c <= j](x[c])", lambda x: vector(len(x), lambda j: sum(x[: j + 1]))),
    "sum_before": Case(
        "y[j] = sum[c < j](x[c])", lambda x: vector(len(x), lambda j: sum(x[:j], mpmath.mpf(0)))
    ),
    "sum_after": Case(
        "y[j] = sum[c > j](x[c])", lambda x: vector(len(x), lambda j: sum(x[j + 1 :], mpmath.mpf(0)))
    ),
    "window": Case(
        "y[j] = sum[j-2 <= c <= j+1](x[c])",
        lambda x: vector(len(x), lambda j: sum(at(x, c) for c in range(j - 2, j + 2))),
    ),
    "difference": Case("y[j] = z[j+1] - z[j]", lambda z: vector(len(z), lambda j: at(z, j + 1) - z[j])),
    "second_difference": Case(
        "y[j] = z[j+1] - 2*z[j] + z[j-1]",
        lambda z: vector(len(z), lambda j: at(z, j + 1) - 2 * z[j] + at(z, j - 1)),
    ),
    "central": Case(
        "u[j] = z[j]**2\ny[j] = u[j+1] - u[j-1]",
        lambda z: vector(len(z), lambda j: at(z, j + 1) ** 2 - at(z, j - 1) ** 2),
    ),
    "shifted_exp": Case(
        "u[j] = exp(z[j])\ny[j] = u[j+1]*z[j] + exp(z[j+1])",
        lambda z: vector(
            len(z),
            lambda j: (mpmath.exp(z[j + 1]) * z[j] if j + 1 < len(z) else 0) + mpmath.exp(at(z, j + 1)),
        ),
    ),
    "causal_softmax": Case(SOFTMAX, causal, scales=(1.0,)),
    "strictly_causal": Case(
        "y[i,j] = where(j < i, exp(s[i,j])/sum[c < i](exp(s[i,c])), 0)",
        lambda s: np.array(
            [
                [
                    mpmath.exp(s[i, j]) / sum(mpmath.exp(s[i, c]) for c in range(i))
                    if j < i
                    else mpmath.mpf(0)
                    for j in range(len(s))
                ]
                for i in range(len(s))
            ],
            dtype=object,
        ),
        scales=(1.0,),
    ),
    "masked_numerator": Case(
        "e[i,j] = where(j <= i, exp(s[i,j]), 0)\ny[i,j] = e[i,j]/sum[c](e[i,c])", causal, scales=(1.0,)
    ),
    "running_logsumexp": Case(
        "y[j] = log(sum[c <= j](exp(x[c])))",
        lambda x: vector(len(x), lambda j: mpmath.log(sum(map(mpmath.exp, x[: j + 1])))),
    ),
    "order_of_choices": Case(
        "L = sum[j](log(sum[c >= j](exp(z[c]))) - z[j])",
        lambda z: np.array(
            sum(
                (mpmath.log(sum(map(mpmath.exp, z[j:]))) - z[j] for j in range(len(z))),
                mpmath.mpf(0),
            )
        ),
        scales=(1.0, 2000.0),
    ),
    "total_variation": Case(
        "L = sum[j < size[j]](abs(x[j+1] - x[j]))",
        lambda x: np.array(sum((abs(a - b) for a, b in zip(x[1:], x, strict=False)), mpmath.mpf(0))),
    ),
    "padded_variation": Case(
        "L = sum[j](abs(x[j+1] - x[j]))",
        lambda x: np.array(sum(abs(at(x, j + 1) - x[j]) for j in range(len(x)))),
    ),
    "convolution": Case(
        "y[j] = sum[k](w[k]*x[j-k+1])",
        lambda w, x: vector(len(x), lambda j: sum(w[k] * at(x, j - k) for k in range(len(w)))),
        lambda n: {"k": max(1, n - 2), "j": n},
    ),
    "long_filter": Case(
        "y[j] = sum[k](w[k]*x[j-k+1])",
        lambda w, x: vector(len(x), lambda j: sum(w[k] * at(x, j - k) for k in range(len(w)))),
        lambda n: {"k": n + 3, "j": n},
    ),
    "correlation": Case(
        "y[j] = sum[k](w[k]*x[j+k-1])",
        lambda w, x: vector(len(x), lambda j: sum(w[k] * at(x, j + k) for k in range(len(w)))),
        lambda n: {"k": max(1, n - 2), "j": n},
    ),
    "image": Case(
        "y[i,j] = sum[k,l](w[k,l]*x[i+k-2,j+l-2])",
        lambda w, x: np.array(
            [
                [
                    sum(
                        w[k, m] * at(x, i + k - 1, j + m - 1)
                        for k in range(w.shape[0])
                        for m in range(w.shape[1])
                    )
                    for j in range(x.shape[1])
                ]
                for i in range(x.shape[0])
            ],
            dtype=object,
        ),
        lambda n: {"k": min(n, 3), "l": 2, "i": n, "j": n + 1},
    ),
    "two_ways": Case(
        "y[i,j] = s[j,i-j+1]*s[i,j+1] + s[i,i]*s[j-1,j]",
        lambda s: np.array(
            [
                [at(s, j, i - j) * at(s, i, j + 1) + s[i, i] * at(s, j - 1, j) for j in range(len(s))]
                for i in range(len(s))
            ],
            dtype=object,
        ),
    ),
    "running_product": Case(
        "y[j] = prod[c <= j](x[c])", lambda x: vector(len(x), lambda j: product_of(x[: j + 1]))
    ),
    "running_max": Case("y[j] = max[c <= j](x[c])", lambda x: vector(len(x), lambda j: max(x[: j + 1]))),
    "running_min": Case("y[j] = min[c >= j](x[c])", lambda x: vector(len(x), lambda j: min(x[j:]))),
    "running_mean": Case(
        "y[j] = mean[c <= j](x[c])", lambda x: vector(len(x), lambda j: sum(x[: j + 1]) / (j + 1))
    ),
    "pairs": Case(
        "L = sum[i, j < i]((x[i] - x[j])**2*w[j])",
        lambda x, w: np.array(
            sum(((x[i] - x[j]) ** 2 * w[j] for i in range(len(x)) for j in range(i)), mpmath.mpf(0))
        ),
    ),
    "apart": Case(
        "L = sum[i, j != i](abs(x[i] - x[j]))",
        lambda x: np.array(
            sum((abs(x[i] - x[j]) for i in range(len(x)) for j in range(len(x)) if j != i), mpmath.mpf(0))
        ),
    ),
    "last": Case(
        "y[j] = where(j < size[j], x[j+1], x[j]**2)*x[j-size[j]+1] + where(j != 2, x[j], 0)",
        lambda x: vector(
            len(x), lambda j: (x[j] ** 2 * x[0] if j == len(x) - 1 else 0) + (x[j] if j != 1 else 0)
        ),
    ),
    "attention": Case(ATTENTION, attention, lambda n: {"c": n, "d": 2, "e": 3}, scales=(1.0,), floor=1.0),
}


@lru_cache(maxsize=64)
def made(name: str) -> tuple[Function, tuple[Kernel, ...], dict[str, str]]:
    function = Function(CASES[name].define, name=name)
    return function, kernels(function, name), render_files(function)


@lru_cache(maxsize=64)
def module(name: str, target: str, folder: Path) -> ModuleType:
    for file, text in made(name)[2].items():
        (folder / file).write_text(text)
    return load(folder / f"{name}.py", folder / f"{name}.c" if target == "c" else None)


def sizes_of(name: str, n: int) -> dict[str, int]:
    """The sizes of all dimensions."""
    function = made(name)[0]
    dims = {d for axes in function.inputs.values() for d in axes}
    chosen = CASES[name].sizes(n)
    return chosen if "" not in chosen else dict.fromkeys(dims, chosen[""])


def drawn(name: str, n: int, seed: int, scale: float, dtype: Any) -> dict[str, np.ndarray]:
    function = made(name)[0]
    sizes = sizes_of(name, n)
    rng = np.random.default_rng(seed)
    return {
        x: (scale * rng.standard_normal([sizes[d] for d in axes])).astype(dtype)
        for x, axes in function.inputs.items()
    }


def exact(x: np.ndarray) -> np.ndarray:
    flat = [mpmath.mpf(float(v)) for v in np.ravel(x)]
    return np.array(flat, dtype=object).reshape(x.shape)


class Truth:
    """The value and all derivatives at a point, by hand."""

    def __init__(self, name: str, inputs: dict[str, np.ndarray]) -> None:
        self.by_hand = CASES[name].by_hand
        self.inputs = {n: exact(x) for n, x in inputs.items()}
        with mpmath.workdps(DIGITS):
            self.value = np.asarray(self.by_hand(*self.inputs.values()), dtype=object)
            self.jacobians = {n: self._jacobian(n) for n in self.inputs}

    def _jacobian(self, wrt: str) -> np.ndarray:
        x = self.inputs[wrt]
        out = np.empty(self.value.shape + x.shape, dtype=object)
        for place in product(*map(range, x.shape)):
            moved = []
            for step in (STEP, -STEP):
                y = x.copy()
                y[place] += step
                moved.append(np.asarray(self.by_hand(*(self.inputs | {wrt: y}).values()), dtype=object))
            out[(..., *place)] = (moved[0] - moved[1]) / (2 * STEP)
        return out

    def of(self, kernel: Kernel, given: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """The exact result of a kernel, and the sum of the sizes of its terms; of several results all
        entries in a row."""
        if kernel.parts:
            parts = [self.of(p, given) for p in kernel.parts]
            want, size = zip(*((np.ravel(w), np.ravel(s)) for w, s in parts), strict=True)
            return np.concatenate(want), np.concatenate(size)
        if kernel.kind == "value":
            size = np.asarray(abs(self.value), dtype=object)
            for n, j in self.jacobians.items():
                size = size + _inner(abs(j), abs(self.inputs[n]))
            return self.value, size
        j = self.jacobians[kernel.wrt]
        if kernel.kind == "jacobian":
            return j, abs(j) + max(np.ravel(abs(j)), default=0)
        assert given is not None
        g = exact(given)
        if kernel.kind == "jvp":
            return _inner(j, g), _inner(abs(j), abs(g))
        back = np.moveaxis(j, range(self.value.ndim), range(-self.value.ndim, 0)) if self.value.ndim else j
        return _inner(back, g), _inner(abs(back), abs(g))


def _inner(j: np.ndarray, x: Any) -> np.ndarray:
    """The sum over the last axes."""
    x = np.asarray(x, dtype=object)
    return np.asarray(np.tensordot(j, x, axes=x.ndim) if x.ndim else j * x[()], dtype=object)
