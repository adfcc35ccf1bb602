"""Derives every constant in the C and NumPy elementary functions: `python coefficients.py` prints them as hex floats.

Each polynomial is the minimax fit (Remez exchange on a dense Chebyshev grid, 50 digits) of the error as the function
sees it, so the printed bound is the relative error of the result that the polynomial alone causes.  Coefficients are
rounded to double one by one, lowest power first, and the rest are fitted again after each rounding, so the later ones
absorb the rounding of the earlier ones.  Needs mpmath only.  The tests compare the output with the source files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import mpmath as mp

mp.mp.dps = 50
GRID = 600
Function = Callable[[mp.mpf], mp.mpf]


def _remainder(coefficients: list[mp.mpf], basis: list[list[mp.mpf]], target: list[mp.mpf]) -> list[mp.mpf]:
    return [
        value - mp.fsum(c * b[i] for c, b in zip(coefficients, basis, strict=True)) for i, value in enumerate(target)
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


def fit(f: Function, weight: Function, low: mp.mpf, high: mp.mpf, terms: int) -> tuple[list[float], float]:
    """Doubles c with sum c[k]*t**k close to f(t) in the sense of weight(t)*error, and log2 of the worst error."""
    low, high = mp.mpf(low), mp.mpf(high)
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + 0.5) / GRID) for i in range(GRID)]
    weights = [weight(t) for t in grid]
    rest = [f(t) * w for t, w in zip(grid, weights, strict=True)]
    fixed: list[float] = []
    tail: list[mp.mpf] = []
    for k in range(terms):
        basis = [[w * t**j for t, w in zip(grid, weights, strict=True)] for j in range(k, terms)]
        solution, worst = _exchange(basis, rest)
        # Where 0 lies inside the interval the exchange need not settle once low powers are fixed: keep the better.
        if not tail or worst < max(abs(e) for e in _remainder(tail, basis, rest)):
            tail = solution
        fixed.append(float(tail.pop(0)))
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
    with mp.workdps(100):
        return (mp.expm1(r) - r) / r**2


def _log_tail(z: mp.mpf, skip: int) -> mp.mpf:
    """(log((1+s)/(1-s))/s - 2*(1 + z/3 + ... up to skip terms)) / z**skip with z = s**2."""
    return mp.fsum(2 * z**j / (2 * (j + skip) + 1) for j in range(40))


def _odd_tail(f: Function, z: mp.mpf) -> mp.mpf:
    """(f(x) - x)/x**3 with z = x**2."""
    x = mp.sqrt(z)
    with mp.workdps(100):
        return (f(x) - x) / x**3


def _cos_tail(z: mp.mpf) -> mp.mpf:
    with mp.workdps(100):
        return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2


def _erfcx(t: mp.mpf) -> mp.mpf:
    x = 2 * (1 + t) / (1 - t)
    return mp.erfc(x) * mp.exp(x * x)


def _erfcx_weight(t: mp.mpf) -> mp.mpf:
    x = 2 * (1 + t) / (1 - t)
    return mp.exp(-x * x) / mp.erf(x)


def scale_for_half_exp() -> tuple[float, float]:
    """A shift K near 1 and the double nearest to exp(K)/2, chosen so that the latter is nearly exact."""
    best = min(
        (abs(mp.exp(k) / 2 / mp.mpf(float(mp.exp(k) / 2)) - 1), k)
        for k in (mp.mpf(i) / 4096 for i in range(4096, 8192))
    )
    return float(best[1]), float(mp.exp(best[1]) / 2)


def polynomials() -> Iterator[tuple[str, list[float], float]]:
    """Name, coefficients (lowest power first), log2 of the worst relative error of the function."""
    h = mp.log(2) / 2 * mp.mpf("1.0001")
    zlog = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mp.mpf("1.0001")
    ztrig = (mp.pi / 4 * mp.mpf("1.0001")) ** 2
    one = mp.mpf(1)

    def log_weight(power: int) -> Function:
        return lambda z: z**power * mp.sqrt(z) / (2 * mp.atanh(mp.sqrt(z)))

    def odd_weight(f: Function) -> Function:
        return lambda z: z * mp.sqrt(z) / f(mp.sqrt(z))

    yield "exp: (exp(r)-1-r)/r^2 in r, |r| <= log(2)/2", *fit(_exp_tail, lambda r: abs(r * r / mp.expm1(r)), -h, h, 11)
    yield "log: (log((1+s)/(1-s))/s - 2)/s^2 in s^2", *fit(lambda z: _log_tail(z, 1), log_weight(1), 0, zlog, 7)
    yield "pow: the same without its first term 2/3", *fit(lambda z: _log_tail(z, 2), log_weight(2), 0, zlog, 9)
    yield "tanh: (tanh(x)-x)/x^3 in x^2, |x| <= 0.55", *fit(
        lambda z: _odd_tail(mp.tanh, z), odd_weight(mp.tanh), 0, mp.mpf("0.3026"), 11
    )
    yield "sinh: (sinh(x)-x)/x^3 in x^2, |x| <= 1", *fit(lambda z: _odd_tail(mp.sinh, z), odd_weight(mp.sinh), 0, one, 8)
    yield "sin: (sin(x)-x)/x^3 in x^2, |x| <= pi/4", *fit(lambda z: _odd_tail(mp.sin, z), odd_weight(mp.sin), 0, ztrig, 6)
    yield "cos: (cos(x)-1+x^2/2)/x^4 in x^2, |x| <= pi/4", *fit(
        _cos_tail, lambda z: z * z / mp.cos(mp.sqrt(z)), 0, ztrig, 6
    )
    yield "erf: erf(x)/x - 1 in x^2, |x| <= 0.9", *fit(
        lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), 0, mp.mpf("0.8101"), 12
    )
    t = lambda x: (mp.mpf(x) - 2) / (mp.mpf(x) + 2)  # noqa: E731
    yield "erf: exp(x^2)*erfc(x) in (x-2)/(x+2), 0.9 <= x <= 6", *fit(_erfcx, _erfcx_weight, t("0.899"), t("6.001"), 15)


def constants() -> Iterator[tuple[str, list[float]]]:
    yield "1/log(2)", [float(1 / mp.log(2))]
    yield "log(2) = 42 bits + rest", parts(mp.log(2), 42)
    yield "log(2) = 42 bits + 53 bits + rest", parts(mp.log(2), 42, 53)
    yield "2/3 = 53 bits + rest", parts(mp.mpf(2) / 3, 53)
    yield "sqrt(1/2)", [float(mp.sqrt(0.5))]
    yield "sinh, cosh: K and exp(K)/2", list(scale_for_half_exp())
    yield "2/pi", [float(2 / mp.pi)]
    yield "pi/2 = 33 + 33 + 33 bits + rest", parts(mp.pi / 2, 33, 33, 33)
    yield "pi/2 = 53 bits + rest", parts(mp.pi / 2, 53)


def two_over_pi(words: int = 40) -> list[int]:
    """The first 32*words bits of 2/pi after the binary point, 32 at a time."""
    with mp.workprec(32 * words + 64):
        value = int(mp.floor(mp.ldexp(2 / mp.pi, 32 * words)))
    return [value >> 32 * (words - 1 - i) & 0xFFFFFFFF for i in range(words)]


def main() -> None:
    for name, coefficients, bound in polynomials():
        print(f"{name}: relative error 2^{bound:.1f}")
        for c in coefficients:
            print("   ", c.hex())
    for name, values in constants():
        print(name)
        for c in values:
            print("   ", c.hex())
    print("2/pi in words of 32 bits")
    for word in two_over_pi():
        print(f"    0x{word:08X}")


if __name__ == "__main__":
    main()
