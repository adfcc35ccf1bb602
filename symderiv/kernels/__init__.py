"""Where the generated kernels are imported from: ``from symderiv.kernels import softmax``.

The generated files are in this folder when installed, and in ``generated/`` beside the package in a checkout
(an editable install is one). On import the C file of a kernel is compiled once into a cache and its functions
take the place of the NumPy ones; without a compiler the NumPy functions stay. Environment variables:
``SYMDERIV_NO_COMPILER=1`` keeps NumPy, ``SYMDERIV_REQUIRE_COMPILER=1`` raises instead of falling back,
``SYMDERIV_THREADS=4`` deals the rows of large calls out to threads (the same bits), ``SYMDERIV_DIRECT=0``
has NumPy prepare small calls too, and ``CC`` and ``SYMDERIV_CACHE`` choose the compiler and the cache folder.
`status` tells what is served.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

from symderiv.build.modules import KernelStatus, serve, status_of


def _folders() -> list[str]:
    here = Path(__file__).resolve().parent
    checkout = here.parent.parent
    generated = checkout / "generated"
    in_checkout = (checkout / "pyproject.toml").is_file() and (generated / "__init__.py").is_file()
    return [str(here), str(generated)] if in_checkout else [str(here)]


__path__ = _folders()
serve(__name__)


def names() -> list[str]:
    """The names of all kernels, importable as ``symderiv.kernels.<name>``."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))


def status() -> dict[str, KernelStatus]:
    """How each kernel is served, and why; imports them all, which compiles what was not compiled before."""
    for name in names():
        importlib.import_module(f"{__name__}.{name}")
    found = {name: status_of(f"{__name__}.{name}") for name in names()}
    return {name: served for name, served in found.items() if served is not None}


def __getattr__(name: str) -> Any:
    if not name.startswith("_") and name in names():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({"KernelStatus", "names", "status", *names()})
