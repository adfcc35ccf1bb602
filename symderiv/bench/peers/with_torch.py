"""torch on the CPU: its own kernels, called directly, without autograd's records."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

torch: Any = import_module("torch")
aten: Any = torch.ops.aten
PACKAGE = "torch"
Ways = list[Callable[[], Any]]

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def _t(x: Any) -> Any:
    return torch.from_numpy(np.ascontiguousarray(x).copy())


def numbers(result: Any) -> Any:
    return result.numpy()


def softmax(z: Any, axis: int) -> Ways:
    z = _t(z)
    if z.ndim == 1:
        return [lambda: torch.softmax(z, axis)]
    out = torch.empty_like(z)
    return [lambda: torch.softmax(z, axis, out=out), lambda: aten._softmax.out(z, axis, False, out=out)]


def softmax_vjp(value: Any, g: Any, axis: int) -> Ways:
    y, g = _t(value), _t(g)
    out = torch.empty_like(y)
    return [
        lambda: aten._softmax_backward_data.out(g, y, axis, y.dtype, grad_input=out),
        lambda: torch._softmax_backward_data(g, y, axis, y.dtype),
    ]


def softmax_jacobian(z: Any, axis: int) -> Ways:
    z = _t(z)
    out = torch.empty((*z.shape, z.shape[-1]), dtype=z.dtype)
    diagonal = out.diagonal(dim1=-2, dim2=-1)

    def outer() -> Any:
        y = torch.softmax(z, axis)
        torch.mul(y.unsqueeze(-1), (-y).unsqueeze(-2), out=out)
        diagonal.add_(y)
        return out

    return [outer]


def log_softmax(z: Any, axis: int) -> Ways:
    z = _t(z)
    out = torch.empty_like(z)
    return [
        lambda: torch.log_softmax(z, axis, out=out),
        lambda: aten._log_softmax.out(z, axis, False, out=out),
    ]


def cross_entropy_labels_both(z: Any, k: Any) -> Ways:
    z, k = _t(z), _t(k)
    out, ones = torch.empty_like(z), torch.ones(k.shape, dtype=z.dtype)
    column = k.unsqueeze(-1)
    minus = torch.full_like(column, -1, dtype=z.dtype)
    total = torch.tensor(0, dtype=z.dtype)

    def kernels() -> Any:
        s = torch._log_softmax(z, -1, False)
        loss, _ = aten.nll_loss_forward(s, k, None, 0, -100)
        gs = aten.nll_loss_backward(ones, s, k, None, 0, -100, total)
        return loss, aten._log_softmax_backward_data.out(gs, s, -1, z.dtype, out=out)

    def by_hand() -> Any:
        s = torch._log_softmax(z, -1, False)
        loss = -s.gather(-1, column).squeeze(-1)
        torch.exp(s, out=out)
        return loss, out.scatter_add_(-1, column, minus)

    return [kernels, by_hand]


def layernorm(x: Any, eps: Any) -> Ways:
    x, e, shape = _t(x), float(eps), [x.shape[-1]]
    return [lambda: torch.native_layer_norm(x, shape, None, None, e)[0]]


def layernorm_vjp_x(x: Any, eps: Any, g: Any) -> Ways:
    x, g, shape = _t(x), _t(g), [x.shape[-1]]
    _, mean, scale = torch.native_layer_norm(x, shape, None, None, float(eps))
    wanted = [True, False, False]
    return [lambda: aten.native_layer_norm_backward(g, x, shape, mean, scale, None, None, wanted)[0]]


def rmsnorm(x: Any, w: Any, eps: Any) -> Ways:
    x, w, e, shape = _t(x), _t(w), float(eps), [x.shape[-1]]
    out = torch.empty_like(x)

    def by_hand() -> Any:
        scale = torch.rsqrt(x.square().mean(-1, keepdim=True).add_(e))
        return torch.mul(x, scale, out=out).mul_(w)

    return [lambda: torch.rms_norm(x, shape, w, e), by_hand]


def rmsnorm_vjp_x(x: Any, w: Any, eps: Any, g: Any) -> Ways:
    x, w, g, e = _t(x), _t(w), _t(g), float(eps)
    scale = torch.rsqrt(x.square().mean(-1, keepdim=True).add_(e))
    out = torch.empty_like(x)

    def by_hand() -> Any:
        h = torch.mul(g, w, out=out)
        inner = torch.mul(h, x).mean(-1, keepdim=True)
        h.mul_(scale)
        return torch.addcmul(h, x, inner.mul_(scale * scale * scale), value=-1, out=out)

    return [by_hand]


def gelu(x: Any) -> Ways:
    x = _t(x)
    out = torch.empty_like(x)
    return [lambda: aten.gelu.out(x, out=out)]


def gelu_vjp(x: Any, g: Any) -> Ways:
    x, g = _t(x), _t(g)
    out = torch.empty_like(x)
    return [lambda: aten.gelu_backward.grad_input(g, x, grad_input=out)]


def silu(x: Any) -> Ways:
    x = _t(x)
    out = torch.empty_like(x)
    return [lambda: aten.silu.out(x, out=out)]


def silu_vjp(x: Any, g: Any) -> Ways:
    x, g = _t(x), _t(g)
    out = torch.empty_like(x)
    return [lambda: aten.silu_backward.grad_input(g, x, grad_input=out)]
