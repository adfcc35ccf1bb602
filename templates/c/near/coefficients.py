"""Derives the constants of the functions near 0, in float, and checks the C files against them.

Run `python coefficients.py` (a minute; needs mpmath only): prints each fit with the greatest error that it alone
causes, and names every constant that the C file it belongs to does not hold; exit status 1 if there is one.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import mpmath as mp

_HERE = Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("vector", _HERE.parent / "vector" / "coefficients.py")
vector = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vector)
scalar, single = vector.scalar, vector.single

#: What of the square's rounding is left in the reduced argument of exp_square.
_REST = mp.mpf("0.09")
_R = mp.log(2) / 2 * mp.mpf("1.0002")
#: exp(x^2)*erfc(x) is wanted for 0 <= x <= this, as P(x)/Q(x) of these degrees with P(0) = Q(0) = 1.
_LAST, _TOP, _BOTTOM = mp.mpf("9.4"), 4, 5


def exp_square_tail() -> tuple[list[float], float]:
    """(exp(r) - 1 - r)/r**2 for -log(2)/2 - 0.09 <= r <= log(2)/2, error relative to exp(r)."""
    return scalar.fit(scalar._exp_tail, lambda r: r * r * mp.exp(-r), -_R - _REST, _R, 5, single)


def scaled_erfc() -> tuple[list[float], list[float], float]:
    """P and Q, lowest power first, in float, and log2 of the relative error: rational minimax, by exchanges on the
    linearised error, whose weight is the last Q. Coefficients are rounded one by one, and the rest fitted again."""
    count = scalar.GRID
    grid = [_LAST * ((1 - mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count)) / 2) ** 2 for i in range(count)]
    want = [mp.exp(x * x) * mp.erfc(x) for x in grid]
    fixed: dict[tuple[int, int], mp.mpf] = {(0, 0): mp.mpf(1), (1, 0): mp.mpf(1)}
    free = [(0, k) for k in range(1, _TOP + 1)] + [(1, k) for k in range(1, _BOTTOM + 1)]
    free.sort(key=lambda c: c[1])
    below = [mp.mpf(1)] * count

    def value(coefficients: dict[tuple[int, int], mp.mpf], part: int, x: mp.mpf) -> mp.mpf:
        return mp.fsum(c * x**k for (p, k), c in coefficients.items() if p == part)

    while free:
        for _ in range(12 if len(fixed) == 2 else 2):
            weights = [1 / (f * q) for f, q in zip(want, below, strict=True)]
            sides = (weights, [-1 / q for q in below])
            basis = [[w * x**k for x, w in zip(grid, sides[part], strict=True)] for part, k in free]
            target = [
                value(fixed, 1, x) / q - value(fixed, 0, x) * w
                for x, q, w in zip(grid, below, weights, strict=True)
            ]
            found, _ = scalar._exchange(basis, target)
            whole = fixed | dict(zip(free, found, strict=True))
            below = [value(whole, 1, x) for x in grid]
        first = free.pop(0)
        fixed[first] = mp.mpf(single(whole[first]))
    errors = [abs(value(fixed, 0, x) / value(fixed, 1, x) / f - 1) for x, f in zip(grid, want, strict=True)]
    top, bottom = ([float(fixed[p, k]) for k in range(n + 1)] for p, n in ((0, _TOP), (1, _BOTTOM)))
    return top, bottom, float(mp.log(max(errors), 2))


def main() -> int:
    missing: list[str] = []
    tail, bound = exp_square_tail()
    top, bottom, second = scaled_erfc()
    for name, values, error in (
        ("exp_square_near_f32", tail, bound),
        ("erfc_square_near_f32", top + bottom, second),
    ):
        print(f"{name}: relative error 2^{error:.1f}")
        print("\n".join(f"    {c.hex()}" for c in values))
        held = vector.numbers(str(Path("..") / "near" / name)) | {1.0}
        missing += [f"{name}.c lacks {c.hex()}" for c in values if abs(c) not in held]
    print("\n".join(missing) or "The C files hold all of them.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
