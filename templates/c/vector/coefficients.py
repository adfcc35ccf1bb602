"""Derives every constant of the vector functions, in float and in double, and checks the templates against it.

Run `python coefficients.py` (two minutes; needs mpmath only): prints each minimax fit, made as in
../math/coefficients.py, with the relative error of the result that the polynomial alone causes, and says which
constants the C files beside this one lack.
"""

from __future__ import annotations

import importlib.util
import re
import struct
import sys
from pathlib import Path

import mpmath as mp

_HERE = Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("scalar", _HERE.parent / "math" / "coefficients.py")
scalar = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(scalar)


def single(value: mp.mpf) -> float:
    """The float nearest to value."""
    with mp.workprec(24):
        short = float(+value)
    return struct.unpack("f", struct.pack("f", short))[0]


ROUNDED = {"f32": single, "f64": float}
