"""A generated NumPy module and its C file -> a module whose public functions are the compiled ones.

`load` does it for one pair of files and raises where it cannot. `serve` does it for a package, on import:
there a missing compiler is silent (the NumPy functions stay), a failed build warns in one line, and with
``SYMDERIV_REQUIRE_COMPILER=1`` both raise.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import inspect
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Literal

import numpy as np

from symderiv.build.compiler import DEFAULT_FLAGS, BuildError, CompilerMissing, env_flag, open_shared
from symderiv.build.gufunc import LiftFailed, lift, set_module
from symderiv.build.signature import Signature
from symderiv.build.threads import threaded, wanted


@dataclass(frozen=True)
class KernelStatus:
    """How one kernel module is served; ``path`` is the shared library, or the NumPy file if there is none."""

    state: Literal["compiled", "numpy"]
    reason: str
    path: Path


_STATUS: dict[str, KernelStatus] = {}


def load(
    py_path: Path | str, c_path: Path | str | None, *, flags: tuple[str, ...] = DEFAULT_FLAGS
) -> ModuleType:
    """The generated module at ``py_path``, its functions compiled from ``c_path`` (None: left to NumPy).

    Raises `BuildError` where the C cannot be built: nothing is replaced silently. The files are read afresh
    each time, no bytecode is written, and the module is not entered in ``sys.modules``, so its functions
    cannot be pickled.
    """
    path = Path(py_path).absolute()
    loader = _FreshLoader(path.stem, str(path))
    spec = importlib.util.spec_from_file_location(path.stem, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    if c_path is not None:
        accelerate(module, Path(c_path), flags=flags)
    return module


def accelerate(module: ModuleType, c_path: Path, *, flags: tuple[str, ...] = DEFAULT_FLAGS) -> Path:
    """Replace the functions in ``module.SIGNATURES`` by compiled ones, all or none; return the library."""
    try:
        source = c_path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{c_path} cannot be read: {error}") from error
    library = open_shared(source, flags=flags)
    signatures: dict[str, tuple[str, str]] = module.SIGNATURES
    compiled = {name: _compiled(module, library, name, *facts) for name, facts in signatures.items()}
    if (workers := wanted()) > 1:
        compiled = {name: threaded(function, workers) for name, function in compiled.items()}
    for name, function in compiled.items():
        setattr(module, name, function)
    return Path(library._name)


def _compiled(module: ModuleType, library: ctypes.CDLL, name: str, signature: str, types: str) -> Any:
    """One compiled function: the gufunc itself, or a wrapper where NumPy's ``axis=`` does not serve."""
    reference = getattr(module, name, None)
    if not callable(reference):
        raise LiftFailed(f"{module.__name__}.SIGNATURES names {name}, which is no function of the module")
    doc, shape = inspect.getdoc(reference) or "", Signature.parse(signature, types)
    promised = re.search(r"^In place: the result may be written over (.+)\.$", doc, re.MULTILINE)
    over = promised[1].split(" or ") if promised else []
    places = [n for n, p in enumerate(inspect.signature(reference).parameters) if p in over]
    gufunc = lift(library, name, signature, types, doc, places)
    set_module(gufunc, module.__name__)
    return gufunc if shape.native_axis or not shape.one_axis else _with_axis(gufunc, shape, reference)


def _with_axis(gufunc: np.ufunc, shape: Signature, reference: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the signature of ``reference`` that says ``axis`` to the gufunc as ``axes``."""
    declared = inspect.signature(reference)
    count = len(shape.inputs)
    names = list(declared.parameters)[count:]
    if set(names) - {"axis", "out"}:
        raise LiftFailed(
            f"{reference.__name__}{declared}: expected {count} arrays, then axis and out at most"
        )
    axes_of = functools.lru_cache(maxsize=64)(shape.axes)
    usual = declared.parameters["axis"].default if "axis" in names else -1

    @functools.wraps(reference)
    def kernel(*arrays: Any, **options: Any) -> Any:
        if usual == -1 and len(arrays) == count and len(options) <= 1:  # usual calls at once
            if not options:
                return gufunc(*arrays)
            if (out := options.get("out")) is not None:
                return gufunc(*arrays, out=out)
        if len(arrays) != count or not options.keys() <= {"axis", "out"}:
            bound = declared.bind(*arrays, **options).arguments
            arrays = tuple(bound[name] for name in list(declared.parameters)[:count])
            options = {name: bound[name] for name in names if name in bound}
        axis = options.get("axis", usual)
        placed = {} if axis == -1 else {"axes": axes_of(axis)}
        placed |= {"out": options["out"]} if options.get("out") is not None else {}
        return gufunc(*arrays, **placed)

    kernel.gufunc = gufunc  # type: ignore[attr-defined]
    return kernel


class _FreshLoader(SourceFileLoader):
    """Compiles the text as it is now: a file generated twice within a second has a stale bytecode twin."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


class _KernelLoader(SourceFileLoader):
    """Loads a generated module, then compiles its C file if it has one."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if hasattr(module, "SIGNATURES"):
            _STATUS[module.__name__] = _compile_or_fall_back(module, Path(self.path))


def _compile_or_fall_back(module: ModuleType, py_path: Path) -> KernelStatus:
    c_path = py_path.with_suffix(".c")
    if not c_path.is_file():
        return KernelStatus("numpy", f"there is no {c_path.name} beside it", py_path)
    try:
        return KernelStatus("compiled", "", accelerate(module, c_path))
    except BuildError as error:
        if env_flag("SYMDERIV_REQUIRE_COMPILER"):
            raise
        if not isinstance(error, CompilerMissing):
            first = str(error).splitlines()[0]
            _warn_importer(f"{module.__name__} runs on NumPy: {first}")
        return KernelStatus("numpy", str(error), py_path)


def _warn_importer(message: str) -> None:
    """A warning at the line that imports, however many frames of the import system lie between."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in ("symderiv", "importlib"):
        frame = frame.f_back
    module = frame.f_globals.get("__name__", "__main__")
    warnings.warn_explicit(message, RuntimeWarning, frame.f_code.co_filename, frame.f_lineno, module)


class _KernelFinder(MetaPathFinder):
    """Finds the modules of one package as usual and has them loaded by `_KernelLoader`."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.rpartition(".")[0] != self.package:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if (
            spec is not None
            and type(spec.loader) is SourceFileLoader
            and spec.submodule_search_locations is None
        ):
            spec.loader = _KernelLoader(fullname, spec.loader.path)
        return spec


def serve(package: str) -> None:
    """From now on the modules of a package are imported with their compiled functions."""
    if not any(isinstance(finder, _KernelFinder) and finder.package == package for finder in sys.meta_path):
        sys.meta_path.insert(0, _KernelFinder(package))


def status_of(fullname: str) -> KernelStatus | None:
    """How an imported module is served; None if it was not imported, or is no kernel."""
    return _STATUS.get(fullname)
