"""NumPy as one writes it by hand, with ``out=``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

PACKAGE = "numpy"
Ways = list[Callable[[], Any]]


def numbers(result: Any) -> Any:
    return result


def softmax(z: Any, axis: int) -> Ways:
    out = np.empty_like(z)

    def run() -> Any:
        np.subtract(z, np.max(z, axis, keepdims=True), out=out)
        np.exp(out, out=out)
        return np.divide(out, np.sum(out, axis, keepdims=True), out=out)

    return [run]


def softmax_vjp(value: Any, g: Any, axis: int) -> Ways:
    out = np.empty_like(value)

    def run() -> Any:
        np.multiply(value, g, out=out)
        total = np.sum(out, axis, keepdims=True)
        return np.multiply(value, np.subtract(g, total, out=out), out=out)

    return [run]


def softmax_jacobian(z: Any) -> Ways:
    out = np.empty((*z.shape, z.shape[-1]), z.dtype)
    diagonal = np.einsum("...ii->...i", out)
    (forward,) = softmax(z, -1)

    def run() -> Any:
        y = forward()
        np.multiply(y[..., :, None], -y[..., None, :], out=out)
        np.add(diagonal, y, out=diagonal)
        return out

    return [run]
