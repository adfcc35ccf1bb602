"""jax on the CPU: jitted once for each shape, the result awaited."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

jax: Any = import_module("jax")
jnp: Any = import_module("jax.numpy")
PACKAGE = "jax"
Ways = list[Callable[[], Any]]

jax.config.update("jax_enable_x64", True)


def _ways(function: Callable[..., Any], *arrays: Any) -> Ways:
    compiled = jax.jit(function)
    given = [jnp.asarray(np.ascontiguousarray(a)) for a in arrays]
    return [lambda: jax.block_until_ready(compiled(*given))]


def numbers(result: Any) -> Any:
    return np.asarray(result)


def softmax(z: Any, axis: int) -> Ways:
    return _ways(lambda z: jax.nn.softmax(z, axis), z)


def softmax_vjp(value: Any, g: Any, axis: int) -> Ways:
    return _ways(lambda y, g: y * (g - jnp.sum(g * y, axis, keepdims=True)), value, g)


def softmax_jacobian(z: Any) -> Ways:
    def outer(z: Any) -> Any:
        y = jax.nn.softmax(z, -1)
        return y[..., :, None] * (jnp.eye(y.shape[-1], dtype=y.dtype) - y[..., None, :])

    return _ways(outer, z)


def log_softmax(z: Any, axis: int) -> Ways:
    return _ways(lambda z: jax.nn.log_softmax(z, axis), z)


def cross_entropy_labels_both(z: Any, k: Any) -> Ways:
    def loss(z: Any, k: Any) -> Any:
        return -jnp.take_along_axis(jax.nn.log_softmax(z), k[..., None], -1)[..., 0]

    def both(z: Any, k: Any) -> Any:
        value, pull = jax.vjp(lambda z: loss(z, k), z)
        return value, pull(jnp.ones_like(value))[0]

    def by_hand(z: Any, k: Any) -> Any:
        top = jnp.max(z, -1, keepdims=True)
        e = jnp.exp(z - top)
        total = jnp.sum(e, -1, keepdims=True)
        value = (jnp.log(total) + top - jnp.take_along_axis(z, k[..., None], -1))[..., 0]
        return value, e / total - jax.nn.one_hot(k, z.shape[-1], dtype=z.dtype)

    return [*_ways(both, z, k), *_ways(by_hand, z, k)]


def _layernorm(x: Any, eps: Any) -> Any:
    mean = jnp.mean(x, -1, keepdims=True)
    centred = x - mean
    return centred * jax.lax.rsqrt(jnp.mean(centred * centred, -1, keepdims=True) + eps)


def layernorm(x: Any, eps: Any) -> Ways:
    return _ways(_layernorm, x, eps)


def layernorm_vjp_x(x: Any, eps: Any, g: Any) -> Ways:
    return _ways(lambda x, e, g: jax.vjp(lambda x: _layernorm(x, e), x)[1](g)[0], x, eps, g)


def _rmsnorm(x: Any, w: Any, eps: Any) -> Any:
    return w * x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + eps)


def rmsnorm(x: Any, w: Any, eps: Any) -> Ways:
    return _ways(_rmsnorm, x, w, eps)


def rmsnorm_vjp_x(x: Any, w: Any, eps: Any, g: Any) -> Ways:
    return _ways(lambda x, w, e, g: jax.vjp(lambda x: _rmsnorm(x, w, e), x)[1](g)[0], x, w, eps, g)


def gelu(x: Any) -> Ways:
    return _ways(lambda x: jax.nn.gelu(x, approximate=False), x)


def gelu_vjp(x: Any, g: Any) -> Ways:
    return _ways(lambda x, g: jax.vjp(lambda x: jax.nn.gelu(x, approximate=False), x)[1](g)[0], x, g)


def silu(x: Any) -> Ways:
    return _ways(jax.nn.silu, x)


def silu_vjp(x: Any, g: Any) -> Ways:
    return _ways(lambda x, g: jax.vjp(jax.nn.silu, x)[1](g)[0], x, g)


def weighted_softmax(z: Any, m: Any) -> Ways:
    def forward(z: Any, m: Any) -> Any:
        e = m * jnp.exp(z - jnp.max(z, -1, keepdims=True))
        return e / jnp.sum(e, -1, keepdims=True)

    return _ways(forward, z, m)


def weighted_softmax_vjp_z(value: Any, g: Any) -> Ways:
    return softmax_vjp(value, g, -1)


def relu(x: Any) -> Ways:
    return _ways(jax.nn.relu, x)


def relu_vjp(x: Any, g: Any) -> Ways:
    return _ways(lambda x, g: jnp.where(x > 0, g, 0), x, g)


def _rbf(x: Any, y: Any, gamma: Any) -> Any:
    return jnp.exp(-gamma * jnp.sum((x - y) ** 2, -1))


def rbf(x: Any, y: Any, gamma: Any) -> Ways:
    return _ways(_rbf, x, y, gamma)


def rbf_jacobian_x(x: Any, y: Any, gamma: Any) -> Ways:
    return _ways(lambda x, y, c: -2 * c * (x - y) * _rbf(x, y, c)[..., None], x, y, gamma)


def kl_softmax(z: Any, p: Any) -> Ways:
    return _ways(lambda z, p: jnp.sum(p * (jnp.log(p) - jax.nn.log_softmax(z)), -1), z, p)


def kl_softmax_jacobian(z: Any, p: Any) -> Ways:
    return _ways(lambda z, p: jax.nn.softmax(z) - p, z, p)


def _entropy(z: Any) -> Any:
    s = jax.nn.log_softmax(z)
    return -jnp.sum(jnp.exp(s) * s, -1)


def softmax_entropy(z: Any) -> Ways:
    return _ways(_entropy, z)


def softmax_entropy_jacobian(z: Any) -> Ways:
    def gradient(z: Any) -> Any:
        s = jax.nn.log_softmax(z)
        y = jnp.exp(s)
        return -y * (s - jnp.sum(y * s, -1, keepdims=True))

    return _ways(gradient, z)
