"""Derives every constant of the C and NumPy elementary functions; prints them as hex floats.

Run `python coefficients.py` (half a minute; needs mpmath only). Each polynomial is the minimax fit (Remez
exchange on a dense Chebyshev grid, 50 digits) of the error as the function sees it, so the printed bound is
the relative error of the result that the polynomial alone causes. Coefficients are rounded to double one by
one, lowest power first, and the rest are fitted again after each rounding, so the later ones absorb the
rounding of the earlier ones.
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp

mp.mp.dps = 50
GRID = 600
Function = Callable[[mp.mpf], mp.mpf]


def _remainder(coefficients: list[mp.mpf], basis: list[list[mp.mpf]], target: list[mp.mpf]) -> list[mp.mpf]:
    return [
        value - mp.fsum(c * b[i] for c, b in zip(coefficients, basis, strict=True))
        for i, value in enumerate(target)
    ]


def _exchange(basis: list[list[mp.mpf]], target: list[mp.mpf]) -> tuple[list[mp.mpf], mp.mpf]:
    """Coefficients c that make max|target - sum c*basis| over the grid least, and that maximum."""
    n, points = len(basis), len(target)
    picked = [round(i * (points - 1) / n) for i in range(n + 1)]
    for _ in range(40):
        rows = [[basis[j][i] for j in range(n)] + [mp.mpf((-1) ** row)] for row, i in enumerate(picked)]
        solution = mp.lu_solve(mp.matrix(rows), mp.matrix([target[i] for i in picked]))
        coefficients, level = list(solution[:n]), abs(solution[n])
        error = _remainder(coefficients, basis, target)
        runs: list[int] = []
        for i in range(points):
            if runs and (error[i] > 0) == (error[runs[-1]] > 0):
                if abs(error[i]) > abs(error[runs[-1]]):
                    runs[-1] = i
            else:
                runs.append(i)
        while len(runs) > n + 1:
            runs.pop(0 if abs(error[runs[0]]) < abs(error[runs[-1]]) else -1)
        worst = max(abs(e) for e in error)
        if len(runs) < n + 1 or worst <= level * mp.mpf("1.001"):
            return coefficients, worst
        picked = runs
    return coefficients, worst


def fit(
    f: Function,
    weight: Function,
    low: mp.mpf,
    high: mp.mpf,
    terms: int,
    rounded: Callable[[mp.mpf], float] = float,
) -> tuple[list[float], float]:
    """Doubles c (or what rounded makes) with sum c[k]*t**k close to f(t); log2 of the worst weight(t)*error."""
    low, high = mp.mpf(low), mp.mpf(high)
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + 0.5) / GRID) for i in range(GRID)]
    weights = [weight(t) for t in grid]
    rest = [f(t) * w for t, w in zip(grid, weights, strict=True)]
    fixed: list[float] = []
    tail: list[mp.mpf] = []
    for k in range(terms):
        basis = [[w * t**j for t, w in zip(grid, weights, strict=True)] for j in range(k, terms)]
        solution, worst = _exchange(basis, rest)
        # With 0 inside the interval the exchange need not settle once low powers are fixed: keep the better.
        if not tail or worst < max(abs(e) for e in _remainder(tail, basis, rest)):
            tail = solution
        fixed.append(rounded(tail.pop(0)))
        rest = _remainder([mp.mpf(fixed[-1])], basis[:1], rest)
    return fixed, float(mp.log(max(abs(r) for r in rest), 2))


def parts(value: mp.mpf, *bits: int) -> list[float]:
    """value cut into doubles: leading pieces of the given widths in bits, then one rounded remainder."""
    pieces: list[float] = []
    for width in bits:
        unit = mp.ldexp(1, int(mp.floor(mp.log(abs(value), 2))) + 1 - width)
        pieces.append(float(mp.nint(value / unit) * unit))
        value -= mp.mpf(pieces[-1])
    return [*pieces, float(value)]


def _exp_tail(r: mp.mpf) -> mp.mpf:
    """(exp(r) - 1 - r)/r**2."""
    with mp.workdps(100):
        return (mp.expm1(r) - r) / r**2


def _log_tail(z: mp.mpf, skip: int) -> mp.mpf:
    """log((1+s)/(1-s))/s = 2 + 2/3*z + 2/5*z**2 + ..., z = s*s, less its first skip terms, over z**skip."""
    return mp.fsum(2 * z**j / (2 * (j + skip) + 1) for j in range(40))


def _log_weight(z: mp.mpf, skip: int) -> mp.mpf:
    return z**skip * mp.sqrt(z) / (2 * mp.atanh(mp.sqrt(z)))


def _odd_tail(f: Function) -> Function:
    """(f(x) - x)/x**3 as a function of x**2."""

    def tail(z: mp.mpf) -> mp.mpf:
        with mp.workdps(100):
            return (f(mp.sqrt(z)) - mp.sqrt(z)) / (z * mp.sqrt(z))

    return tail


def _odd_weight(f: Function) -> Function:
    return lambda z: z * mp.sqrt(z) / f(mp.sqrt(z))


def _cos_tail(z: mp.mpf) -> mp.mpf:
    """(cos(x) - 1 + x**2/2)/x**4 as a function of x**2."""
    with mp.workdps(100):
        return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2


def _erf_near(z: mp.mpf) -> mp.mpf:
    return mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1


def _erf_far(t: mp.mpf) -> mp.mpf:
    """exp(x**2)*erfc(x) as a function of t = (x - 2)/(x + 2)."""
    x = 2 * (1 + t) / (1 - t)
    return mp.erfc(x) * mp.exp(x * x)


def _erf_far_weight(t: mp.mpf) -> mp.mpf:
    x = 2 * (1 + t) / (1 - t)
    return mp.exp(-x * x) / mp.erf(x)


def _erfc_far(t: mp.mpf) -> mp.mpf:
    """(1 + 2*x)*exp(x**2)*erfc(x) as a function of t = (x - 4)/(x + 4)."""
    x = 4 * (1 + t) / (1 - t)
    return (1 + 2 * x) * mp.erfc(x) * mp.exp(x * x)


_R = mp.log(2) / 2 * mp.mpf("1.0001")
_Z_LOG = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mp.mpf("1.0001")
_Z_TRIG = (mp.pi / 4 * mp.mpf("1.0001")) ** 2

# Name: function, weight, interval, number of coefficients.
POLYNOMIALS: dict[str, tuple[Function, Function, mp.mpf, mp.mpf, int]] = {
    "exp: (exp(r)-1-r)/r^2 in r, |r| <= log(2)/2": (
        *(_exp_tail, lambda r: abs(r * r / mp.expm1(r))),
        *(-_R, _R, 11),
    ),
    "log: (log((1+s)/(1-s))/s - 2)/s^2 in s^2": (
        *(lambda z: _log_tail(z, 1), lambda z: _log_weight(z, 1)),
        *(mp.mpf(0), _Z_LOG, 7),
    ),
    "pow: the same without its first term 2/3": (
        *(lambda z: _log_tail(z, 2), lambda z: _log_weight(z, 2)),
        *(mp.mpf(0), _Z_LOG, 9),
    ),
    "tanh: (tanh(x)-x)/x^3 in x^2, |x| <= 0.55": (
        *(_odd_tail(mp.tanh), _odd_weight(mp.tanh)),
        *(mp.mpf(0), mp.mpf("0.3026"), 11),
    ),
    "sinh: (sinh(x)-x)/x^3 in x^2, |x| <= 1": (
        *(_odd_tail(mp.sinh), _odd_weight(mp.sinh)),
        *(mp.mpf(0), mp.mpf(1), 8),
    ),
    "sin: (sin(x)-x)/x^3 in x^2, |x| <= pi/4": (
        *(_odd_tail(mp.sin), _odd_weight(mp.sin)),
        *(mp.mpf(0), _Z_TRIG, 6),
    ),
    "cos: (cos(x)-1+x^2/2)/x^4 in x^2, |x| <= pi/4": (
        *(_cos_tail, lambda z: z * z / mp.cos(mp.sqrt(z))),
        *(mp.mpf(0), _Z_TRIG, 6),
    ),
    "erf: erf(x)/x - 1 in x^2, |x| <= 0.9": (
        *(_erf_near, lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z))),
        *(mp.mpf(0), mp.mpf("0.8101"), 12),
    ),
    "erf: exp(x^2)*erfc(x) in (x-2)/(x+2), 0.9 <= x <= 6": (
        *(_erf_far, _erf_far_weight),
        *(mp.mpf("-1.101") / mp.mpf("2.899"), mp.mpf("4.001") / mp.mpf("8.001"), 15),
    ),
    "erfc: erf(x)/x - 1 in x^2, |x| <= 0.5": (
        *(_erf_near, lambda z: mp.sqrt(z) / mp.erfc(mp.sqrt(z))),
        *(mp.mpf(0), mp.mpf("0.2501"), 9),
    ),
    "erfc: (1+2x)*exp(x^2)*erfc(x) in (x-4)/(x+4), 0.5 <= x <= 28": (
        *(_erfc_far, lambda t: 1 / _erfc_far(t)),
        *(mp.mpf("-3.501") / mp.mpf("4.499"), mp.mpf("24.001") / mp.mpf("32.001"), 22),
    ),
}


def _half_exp() -> list[float]:
    """K between 1 and 2, and exp(K)/2: K chosen so that the double nearest to exp(K)/2 is nearly exact."""
    shifts = [mp.mpf(i) / 4096 for i in range(4096, 8192)]
    best = min(shifts, key=lambda k: abs(mp.exp(k) / 2 / mp.mpf(float(mp.exp(k) / 2)) - 1))
    return [float(best), float(mp.exp(best) / 2)]


def constants() -> dict[str, list[float]]:
    """Name and parts of every other constant."""
    return {
        "1/log(2)": [float(1 / mp.log(2))],
        "log(2) = 42 bits + rest": parts(mp.log(2), 42),
        "2/3 = 53 bits + rest": parts(mp.mpf(2) / 3, 53),
        "sqrt(1/2)": [float(mp.sqrt(0.5))],
        "sinh, cosh: K and exp(K)/2": _half_exp(),
        "2/pi": [float(2 / mp.pi)],
        "pi/2 = 33 + 33 + 33 bits + rest": parts(mp.pi / 2, 33, 33, 33),
        "pi/2 = 53 bits + rest": parts(mp.pi / 2, 53),
    }


def two_over_pi(words: int = 37) -> list[int]:
    """The first 32*words bits of 2/pi after the binary point, 32 at a time."""
    with mp.workprec(32 * words + 64):
        value = int(mp.floor(mp.ldexp(2 / mp.pi, 32 * words)))
    return [value >> 32 * (words - 1 - i) & 0xFFFFFFFF for i in range(words)]


def main() -> None:
    for name, polynomial in POLYNOMIALS.items():
        coefficients, bound = fit(*polynomial)
        print(f"{name}: relative error 2^{bound:.1f}")
        for c in coefficients:
            print("   ", c.hex())
    for name, values in constants().items():
        print(name)
        for c in values:
            print("   ", c.hex())
    print("2/pi in words of 32 bits")
    for word in two_over_pi():
        print(f"    0x{word:08X}")


if __name__ == "__main__":
    main()
