"""Other libraries, side by side with ours: a module each, ``with_<name>``.

A module holds one function for each kernel that its library can compute, under the kernel's name. It takes
the arrays it needs, by the names of the definition's inputs (``value`` is the output, ``g`` the upstream
derivative), and ``axis``; and returns calls without arguments, each one way to do it. The fastest one counts.
Results go to an array made beforehand where the library has an ``out=``. Besides, ``PACKAGE`` and
``numbers(result)``, a result as a NumPy array.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Any

from symderiv.errors import InputError

NAMES = ("torch", "jax", "onnxruntime", "scipy", "numpy")


@dataclass(frozen=True, slots=True)
class Peer:
    """A library that is there."""

    name: str
    version: str
    module: ModuleType

    def ways(self, kernel: str, arrays: Mapping[str, Any], axis: int) -> list[Callable[[], Any]]:
        """The calls that compute what ``kernel`` does; none if the library has nothing for it."""
        function = getattr(self.module, kernel, None)
        if function is None:
            return []
        wanted = inspect.signature(function).parameters
        facts = {**arrays, "axis": axis}
        return list(function(**{n: facts[n] for n in wanted}))

    def numbers(self, result: Any) -> Any:
        """A result as a NumPy array."""
        return self.module.numbers(result)


def one_thread() -> None:
    """Ask the libraries for one thread each; to be called before they are imported."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")


def open_peers(names: Sequence[str]) -> tuple[list[Peer], dict[str, str]]:
    """The libraries that are installed, and why the others are not used."""
    found, absent = [], {}
    for name in names:
        if name not in NAMES:
            raise InputError("unknown-peer", f"no peer '{name[:60]}'; there are {', '.join(NAMES)}")
        try:
            module = import_module(f"symderiv.bench.peers.with_{name}")
        except ImportError as error:
            absent[name] = f"not installed ({error.name or error})"
            continue
        found.append(Peer(name, version(module.PACKAGE), module))
    return found, absent
