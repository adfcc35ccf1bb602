"""Derives every constant of the vector functions, in float and in double, and checks the C files against it.

Run `python coefficients.py` (a minute; needs mpmath only): prints each minimax fit, made as in
../math/coefficients.py, with the greatest error that the polynomial alone causes, and names every constant that the
C file it belongs to does not hold; exit status 1 if there is one.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path

import mpmath as mp

_HERE = Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("scalar", _HERE.parent / "math" / "coefficients.py")
scalar = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(scalar)


def single(value: mp.mpf) -> float:
    """The float nearest to value, which is not subnormal."""
    with mp.workprec(24):
        return float(+value)


ROUNDED: dict[str, Callable[[mp.mpf], float]] = {"f32": single, "f64": float}


def _exp_weight(close: int) -> Callable[[mp.mpf], mp.mpf]:
    """Errors of exp(r) in its own ulp over 2^-23 or 2^-52, counted close times where r < -0.248: only there do the
    roundings of r and of exp(r) - 1 together reach half an ulp, and leave nothing for the polynomial."""
    return lambda r: r * r * (2 if r < 0 else 1) * (close if r < mp.mpf("-0.248") else 1)


def _log_tail(f: mp.mpf) -> mp.mpf:
    """(log(1+f) - f + f**2/2)/f**3."""
    with mp.workdps(100):
        return (mp.log1p(f) - f + f * f / 2) / f**3


def _erf_far(a: mp.mpf) -> mp.mpf:
    return -mp.log(mp.erfc(a))


_R = mp.log(2) / 2 * mp.mpf("1.0002")
_THIRD = mp.mpf("1.00001") / 3

# File: function, weight, interval, number of coefficients.
Fit = tuple[Callable[[mp.mpf], mp.mpf], Callable[[mp.mpf], mp.mpf], mp.mpf, mp.mpf, int]
POLYNOMIALS: dict[str, list[Fit]] = {
    "exp_tail_f32": [(scalar._exp_tail, _exp_weight(6), -_R, _R, 5)],
    "exp_tail_f64": [(scalar._exp_tail, _exp_weight(6), -_R, _R, 10)],
    "log_tail_f32": [(_log_tail, lambda f: abs(f**3 / mp.log1p(f)), -_THIRD, _THIRD, 8)],
    "log_tail_f64": [scalar.POLYNOMIALS["log: (log((1+s)/(1-s))/s - 2)/s^2 in s^2"]],
    "tanh_f32": [
        (scalar._odd_tail(mp.tanh), scalar._odd_weight(mp.tanh), mp.mpf(0), mp.mpf("0.3026"), 5),
    ],
    "tanh_f64": [scalar.POLYNOMIALS["tanh: (tanh(x)-x)/x^3 in x^2, |x| <= 0.55"]],
    "erf_f32": [
        (
            *(scalar._erf_near, lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z))),
            *(mp.mpf(0), mp.mpf("0.6401"), 6),
        ),
        (_erf_far, lambda a: mp.erfc(a) / mp.erf(a), mp.mpf("0.7999"), mp.mpf("3.9301"), 8),
    ],
    "erf_f64": [
        scalar.POLYNOMIALS["erf: erf(x)/x - 1 in x^2, |x| <= 0.9"],
        scalar.POLYNOMIALS["erf: exp(x^2)*erfc(x) in (x-2)/(x+2), 0.9 <= x <= 6"],
    ],
}


def constants() -> dict[str, list[float]]:
    """File and every other constant in it that is not a power of two or a simple sum of some."""
    log2 = mp.log(2)
    high_32, high_64 = scalar.parts(log2, 13)[0], scalar.parts(log2, 40)[0]
    parts_32, parts_64 = [high_32, single(log2 - high_32)], [high_64, float(log2 - high_64)]
    found: dict[str, list[float]] = {}
    for real, parts in (("f32", parts_32), ("f64", parts_64)):
        rounded = ROUNDED[real]
        found[f"exp_pieces_{real}"] = [rounded(1 / log2), rounded(log2), *parts]
        found[f"exp_plain_{real}"] = [rounded(1 / log2), *parts]
        found[f"exp_parts_{real}"] = [rounded(log2)]
        found[f"log2e_round_{real}"] = [rounded(1 / log2)]
        found[f"log_parts_{real}"] = found[f"log1p_{real}"] = parts
    return found


def fits(name: str) -> list[tuple[list[float], float]]:
    """The polynomials of a file: coefficients and log2 of the greatest weighted error."""
    return [scalar.fit(*fit, ROUNDED[name[-3:]]) for fit in POLYNOMIALS[name]]


def numbers(name: str) -> set[float]:
    """The hexadecimal constants of a C file, without their signs."""
    text = (_HERE / f"{name}.c").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return {float.fromhex(found) for found in re.findall(r"0x[0-9a-f.]+p[+-]?[0-9]+", text)}


def lacking(name: str, values: list[float]) -> list[str]:
    """What a C file should hold and does not."""
    return [f"{name}.c lacks {value.hex()}" for value in values if abs(value) not in numbers(name)]


def main() -> int:
    missing: list[str] = []
    for name in POLYNOMIALS:
        for coefficients, bound in fits(name):
            print(f"{name}: weighted error 2^{bound:.1f}")
            print("\n".join(f"    {c.hex()}" for c in coefficients))
            missing += lacking(name, coefficients)
    for name, values in constants().items():
        print(name)
        print("\n".join(f"    {c.hex()}" for c in values))
        missing += lacking(name, values)
    print("\n".join(missing) or "The C files hold all of them.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
