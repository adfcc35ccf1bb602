"""A shorter way into a gufunc for small arrays: ``direct.c`` in the place where Python calls it.

NumPy prepares every call for broadcasting, casting and overlaps, in several times the time that ten numbers
take.  Where all arrays are contiguous, of one of the gufunc's types and of equal batch axes, nothing of that
is needed, and the loop is called at once; every other call goes NumPy's way, through the function that was
there before.  No header of Python's or NumPy's is needed: whether objects lie in memory as ``direct.c`` says
is looked up on arrays and gufuncs that are known, and where anything is otherwise all is left as it was.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from symderiv.build.compiler import BuildError, open_shared

_TEXT = Path(__file__).with_name("direct.c")
_ARRAY_TYPE, _NEW_ARRAY = 2, 93  # slots of NumPy's _ARRAY_API, which have never moved
#: Set to 0, every call goes NumPy's way.
VARIABLE = "SYMDERIV_DIRECT"


def install(gufunc: np.ufunc, vectorcall: int) -> None:
    """Have small calls of ``gufunc`` go the short way; at ``vectorcall`` in it Python finds what to call."""
    place = ctypes.c_void_p.from_address(id(gufunc) + vectorcall)
    old = ctypes.c_void_p.from_address(id(np.matmul) + vectorcall).value
    if _place_of_vectorcall() != vectorcall or not old or place.value != old:
        return
    if (address := _entry(old)) is not None:
        place.value = address


@lru_cache(maxsize=1)
def _entry(old: int) -> int | None:
    """The address of what Python is to call in the place of ``old``; None where there is none."""
    if os.environ.get(VARIABLE, "").strip() == "0" or not _as_known():
        return None
    try:
        library = open_shared(_TEXT.read_text(encoding="utf-8"))
    except (OSError, BuildError):
        return None
    python = ctypes.pythonapi
    functions = [python.PyTuple_Pack, python.Py_IncRef, python.Py_DecRef]
    pack, keep, drop = (ctypes.cast(f, ctypes.c_void_p) for f in functions)
    table = _table()
    types = (id(np.ndarray), id(tuple), tuple.__basicsize__, id(sys.intern("out")))
    library.sd_direct_given.restype = None
    library.sd_direct_given(*map(ctypes.c_void_p, (*types, old, table[_NEW_ARRAY])), pack, keep, drop)
    return ctypes.cast(library.sd_direct, ctypes.c_void_p).value


def _table() -> Any:
    """NumPy's table of C functions."""
    core = "numpy._core" if int(np.__version__.partition(".")[0]) >= 2 else "numpy.core"
    umath: Any = sys.modules[f"{core}._multiarray_umath"]
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype = ctypes.c_void_p
    pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]
    return ctypes.cast(pointer_of(umath._ARRAY_API, None), ctypes.POINTER(ctypes.c_void_p))


def _place_of_vectorcall() -> int | None:
    """Where the type of ufuncs says that the function to call stands in each of them."""
    head, word = object.__basicsize__, struct.calcsize("P")
    if _word(np.ufunc, head + 2 * word) != np.ufunc.__basicsize__:  # after the size and the name
        return None
    return _word(np.ufunc, head + 5 * word)  # after the size of items and what ends an object


def _word(thing: object, at: int) -> int:
    return ctypes.c_ssize_t.from_address(id(thing) + at).value


def _as_known() -> bool:
    """Whether objects lie in memory as ``direct.c`` says."""
    if struct.calcsize("P") != 8 or object.__basicsize__ != 16 or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return False
    if (np.dtype(np.float32).num, np.dtype(np.float32).char, tuple.__itemsize__) != (11, "f", 8):
        return False
    if _table()[_ARRAY_TYPE] != id(np.ndarray) or _word((1, 2, 3), 16) != 3:
        return False
    marker = object()
    return _word((marker,), tuple.__basicsize__) == id(marker) and all(map(_array_as_known, _samples()))


def _samples() -> list[np.ndarray]:
    whole = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    return [whole, whole[:, ::-1, 1], np.zeros(5), np.zeros((2, 0), np.int64), np.array(1.0)]


def _array_as_known(a: np.ndarray) -> bool:
    data, nd = _word(a, 16), ctypes.c_int.from_address(id(a) + 24).value
    if (data, nd, _word(a, 56)) != (a.ctypes.data, a.ndim, id(a.dtype)):
        return False
    flags = ctypes.c_int.from_address(id(a) + 64).value
    kind, _, order, _, number = struct.unpack("cccci", ctypes.string_at(id(a.dtype) + 24, 8))
    found = [_words(_word(a, at), nd) for at in (32, 40)]
    if found != [list(a.shape), list(a.strides)] or flags != a.flags.num or _word(a, 8) != id(np.ndarray):
        return False
    return (kind.decode(), order.decode(), number) == (a.dtype.kind, a.dtype.byteorder, a.dtype.num)


def _words(address: int, count: int) -> list[int]:
    return list((ctypes.c_ssize_t * count).from_address(address)) if count else []


__all__ = ["VARIABLE", "install"]
