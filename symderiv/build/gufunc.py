"""Shared library -> real NumPy gufuncs, through NumPy's C function table and ctypes.

No Python.h and no NumPy headers are needed, neither here nor in the C. For every function NAME the C file
exports

    void NAME_f32_loop(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data);
    void NAME_f64_loop(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data);

in NumPy's own convention: ``args`` holds one pointer an operand, inputs first; ``dims[0]`` is the number of
outer iterations and ``dims[1:]`` the core dimensions, in the order their letters first appear in the
signature; ``steps`` are byte strides, first the outer stride of every operand, then its core strides, operand
by operand. Arrays arrive aligned and in native byte order; strides are arbitrary, zero and negative ones too.
An output never overlaps an input, but it may be one that `lift` was told of (``in_place``), or the input of
an elementwise function ``()->()``. NumPy calls the loops without the GIL held.

So that no call ever raises a floating-point warning, a loop does this under ``#ifdef SYMDERIV_FENV``:

    fenv_t environment; feholdexcept(&environment);  ...  fesetenv(&environment);

On x86-64 it saves and puts back MXCSR alone, the only register that its arithmetic marks. Small calls that
need nothing else of NumPy reach the loops by a shorter way (`direct`), with the GIL held, and trust them.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import sys
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from symderiv.build import direct
from symderiv.build.compiler import BuildError
from symderiv.build.signature import Signature

_SLOT = 31  # PyUFunc_FromFuncAndDataAndSignature; the slots of this table have never moved
_NO_IDENTITY = -1  # PyUFunc_None
_LOOPS: tuple[tuple[str, type[np.floating[Any]]], ...] = (("f32", np.float32), ("f64", np.float64))
_ALIVE: list[object] = []  # NumPy keeps bare pointers into these for as long as the process runs


class LiftFailed(BuildError):
    """A library does not hold what was asked of it, or this Python cannot make a gufunc."""


class _Ufunc(ctypes.Structure):
    """PyUFuncObject as NumPy's public header has it, up to the flags of the operands."""

    _fields_ = (
        ("head", ctypes.c_char * object.__basicsize__),
        *((name, ctypes.c_int) for name in ("nin", "nout", "nargs", "identity")),
        *((name, ctypes.c_void_p) for name in ("functions", "data")),
        *((name, ctypes.c_int) for name in ("ntypes", "reserved1")),
        *((name, ctypes.c_void_p) for name in ("name", "types", "doc", "ptr", "obj", "userloops")),
        *((name, ctypes.c_int) for name in ("core_enabled", "core_num_dim_ix")),
        *((name, ctypes.c_void_p) for name in ("core_num_dims", "core_dim_ixs", "core_offsets")),
        ("core_signature", ctypes.c_char_p),
        *((name, ctypes.c_void_p) for name in ("type_resolver", "dict", "vectorcall", "reserved3")),
        ("op_flags", ctypes.POINTER(ctypes.c_uint32)),
    )


# NPY_ITER_WRITEONLY, _ALIGNED, _UPDATEIFCOPY, _ALLOCATE, _NO_SUBTYPE, _NO_BROADCAST
_OUTPUT = 0x0004_0000 | 0x0010_0000 | 0x0080_0000 | 0x0100_0000 | 0x0200_0000 | 0x0800_0000


def lift(
    library: Path | ctypes.CDLL,
    name: str,
    signature: str,
    types: str,
    doc: str = "",
    in_place: Collection[int] = (),
) -> np.ufunc:
    """A gufunc made of the loops ``<name>_f32_loop`` and ``<name>_f64_loop`` of a shared library.

    ``signature`` is a gufunc signature such as ``(c),(c)->(c)``; ``types`` has one letter an operand,
    ``rr->r``: ``r`` is float32 in the first loop and float64 in the second, ``i`` is int64 in both. NumPy
    takes the first loop to which all arguments can be cast safely: float16 and integers up to 16 bits give
    float32, wider integers float64.

    ``in_place``: the inputs that the loops may be given as output too; nothing is copied if all that fit are.

    To be pickled, bind the result under ``name`` in an importable module.
    """
    if sys.implementation.name != "cpython":
        raise LiftFailed(f"gufuncs can be made from C on CPython only, not on {sys.implementation.name}")
    shape = Signature.parse(signature, types)
    loaded = _open(library)
    count = len(_LOOPS)
    functions = (ctypes.c_void_p * count)()
    numbers = bytearray()
    for slot, (suffix, real) in enumerate(_LOOPS):
        functions[slot] = _address(loaded, f"{name}_{suffix}_loop")
        numbers += bytes(_type_number(letter, real) for letter in shape.types)
    data = (ctypes.c_void_p * count)()
    table = ctypes.create_string_buffer(bytes(numbers), len(numbers))
    label = ctypes.create_string_buffer(name.encode())
    text = ctypes.create_string_buffer(doc.encode())
    made: np.ufunc = _maker()(
        ctypes.addressof(functions),
        ctypes.addressof(data),
        ctypes.addressof(table),
        count,
        len(shape.inputs),
        len(shape.outputs),
        _NO_IDENTITY,
        ctypes.addressof(label),
        ctypes.addressof(text),
        0,
        signature.encode(),
    )
    _ALIVE.append((loaded, functions, data, table, label, text))
    if made.signature is not None:
        known = _known(made, shape)
        _copy_on_overlap(known, shape, in_place)
        direct.install(made, _Ufunc.vectorcall.offset)
    return made


def _known(gufunc: np.ufunc, shape: Signature) -> _Ufunc:
    """The gufunc as it lies in memory."""
    made = _Ufunc.from_address(id(gufunc))
    found = (made.nin, made.nout, made.nargs, made.ntypes, made.core_enabled, made.core_signature)
    said = (gufunc.nin, gufunc.nout, gufunc.nargs, gufunc.ntypes, 1, (gufunc.signature or "").encode())
    if found == said and made.op_flags and made.core_num_dims:
        counts = (ctypes.c_int * gufunc.nargs).from_address(made.core_num_dims)
        if list(counts) == [len(core) for core in (*shape.inputs, *shape.outputs)]:
            return made
    raise LiftFailed(f"NumPy {np.__version__} lays out its ufuncs in an unknown way")


def _copy_on_overlap(made: _Ufunc, shape: Signature, in_place: Collection[int]) -> None:
    """Have the result made elsewhere and copied where an output is one of the inputs, the very same array:
    by itself NumPy does so on other overlaps only, as if every loop read entry by entry. For its own matmul
    it sets the same flags; no function of its interface does. (A ufunc reads entry by entry.)"""
    kinds = shape.types[: len(shape.inputs)]
    for n, core in enumerate(shape.outputs):
        # with fewer core axes an input has fewer axes than the output; labels are of another type
        same = [len(i) >= len(core) and kind == "r" for i, kind in zip(shape.inputs, kinds, strict=True)]
        if any(fits and k not in in_place for k, fits in enumerate(same)):
            made.op_flags[made.nin + n] = _OUTPUT


def set_module(ufunc: np.ufunc, module: str) -> None:
    """Tell pickle where a ufunc is bound; before NumPy let ufuncs hold attributes, pickle searches for it."""
    with contextlib.suppress(AttributeError, TypeError):
        ufunc.__module__ = module


def _open(library: Path | ctypes.CDLL) -> ctypes.CDLL:
    if isinstance(library, ctypes.CDLL):
        return library
    try:
        return ctypes.CDLL(str(library))
    except OSError as error:
        raise LiftFailed(f"{library} cannot be loaded: {error}") from error


def _address(library: ctypes.CDLL, symbol: str) -> int:
    try:
        found = ctypes.cast(getattr(library, symbol), ctypes.c_void_p).value
    except AttributeError:
        raise LiftFailed(f"{library._name} exports no {symbol}") from None
    assert found is not None
    return found


def _type_number(letter: str, real: type[np.floating[Any]]) -> int:
    return int(np.dtype(real if letter == "r" else np.int64).num)


@lru_cache(maxsize=1)
def _maker() -> Any:
    """PyUFunc_FromFuncAndDataAndSignature as a Python callable."""
    core = "numpy._core" if int(np.__version__.partition(".")[0]) >= 2 else "numpy.core"
    umath: Any = importlib.import_module(f"{core}._multiarray_umath")
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype = ctypes.c_void_p
    pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]
    table = ctypes.cast(pointer_of(umath._UFUNC_API, None), ctypes.POINTER(ctypes.c_void_p))
    address, number = ctypes.c_void_p, ctypes.c_int
    prototype = ctypes.PYFUNCTYPE(
        ctypes.py_object, address, address, address, number, number, number, number, address, address, number,
        ctypes.c_char_p,
    )  # fmt: skip
    return prototype(table[_SLOT])
