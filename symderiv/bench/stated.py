"""Functions that are not shipped (``stated.toml``), generated and compiled here as a user's own would be."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from symderiv.build import BuildError, load
from symderiv.definitions import Function
from symderiv.emit.generate import generate
from symderiv.library import catalog
from symderiv.library import load as load_definitions

TABLE = Path(__file__).with_name("stated.toml")
_folder: list[tempfile.TemporaryDirectory[str]] = []  # kept until the process ends


@lru_cache(maxsize=1)
def stated() -> dict[str, Function]:
    """The functions by name."""
    return dict(load_definitions(TABLE))


def function(name: str) -> Function | None:
    """A function that is stated here, or else a shipped one."""
    return stated().get(name) or catalog.get(name)


@lru_cache(maxsize=64)
def module(name: str) -> ModuleType | None:
    """The generated module of a function that is stated here, compiled where there is a compiler."""
    found = stated().get(name)
    if found is None:
        return None
    if not _folder:
        _folder.append(tempfile.TemporaryDirectory(prefix="symderiv-bench-"))
    folder = Path(_folder[0].name)
    generate([found], folder)
    py = folder / f"{name}.py"
    try:
        return load(py, py.with_suffix(".c"))
    except BuildError:
        return load(py, None)
