"""Errors in units in the last place against mpmath, and points to measure them at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import mpmath
import numpy as np

_IN_MPMATH = ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh", "sinh", "cosh", "erf", "erfc")
EXACT: dict[str, Callable[..., mpmath.mpf]] = {
    **{name: getattr(mpmath, name) for name in _IN_MPMATH},
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "pow": mpmath.power,
    "powi": lambda x, n: x ** int(n),
}
SMALLEST = 2.0**-1074
LARGEST = np.finfo(np.float64).max


def ulps(name: str, got: np.ndarray, *arguments: np.ndarray) -> np.ndarray:
    """|got - exact| in units of the last place of a double near the exact value.

    An infinity counts as 2^1024; a NaN counts as infinitely wrong.
    """
    errors = np.empty(len(got))
    with mpmath.workprec(160):
        for i, point in enumerate(zip(*arguments, strict=True)):
            exact = EXACT[name](*(mpmath.mpf(float(x)) for x in point))
            value = float(got[i])
            if np.isnan(value):
                errors[i] = np.inf
                continue
            exponent = min(mpmath.frexp(exact)[1], 1024) if exact else -1074
            limit = mpmath.ldexp(1, 1024)
            here = mpmath.mpf(value) if np.isfinite(value) else limit * int(np.sign(value))
            exact = max(-limit, min(limit, exact))
            errors[i] = float(abs(here - exact) / mpmath.ldexp(1, max(exponent - 53, -1074)))
    return errors


@np.errstate(all="ignore")
def around(centres: Iterable[float], steps: int = 6) -> np.ndarray:
    """Each centre and its neighbours among the doubles, that many on either side."""
    points = []
    for centre in centres:
        below = above = np.float64(centre)
        points.append(below)
        for _ in range(steps):
            below, above = np.nextafter(below, -np.inf), np.nextafter(above, np.inf)
            points += [below, above]
    return np.array(points)


def _magnitudes(rng: np.random.Generator, n: int, low: float, high: float) -> np.ndarray:
    """Both signs, exponents spread evenly from low to high."""
    return np.exp2(rng.uniform(low, high, n)) * rng.choice([-1.0, 1.0], n)


def _any_bits(rng: np.random.Generator, n: int) -> np.ndarray:
    """Doubles of any exponent, both signs, finite."""
    return rng.integers(0, 0x7FF0000000000000, n, dtype=np.int64).view(np.float64) * rng.choice(
        [-1.0, 1.0], n
    )


# Per function: an interval of main interest, the exponents to sweep, and places to look at closely.
_HALF_PI = [float(k * mpmath.pi / 2) for k in (1, 2, 3, 5, 8, 100, 10**5, 10**9, 10**15)]
_RANGES: dict[str, tuple[float, float, float, float, list[float]]] = {
    "exp": (-746, 710, -60, 9.5, [709.782712893384, -708.3964185322641, -745.1332191019411, 0.34657359]),
    "expm1": (-1.5, 1.5, -60, 9.4, [709.782712893384, -37.42, -40, 0.34657359, -0.34657359]),
    "log": (0.4, 1.7, -1074, 1024, [1, 0.5**0.5, 2**0.5, LARGEST]),
    "log1p": (-0.6, 1.2, -70, 1023, [2**0.5 - 1, 0.5**0.5 - 1, LARGEST]),
    "sqrt": (0, 4, -1074, 1024, [1, 2, 4, LARGEST]),
    "tanh": (-3, 3, -60, 5, [0.55, -0.55, 19]),
    "sinh": (-3, 3, -60, 9.4, [1, -1, 700, 710.4758600739439]),
    "cosh": (-3, 3, -30, 9.4, [700, 710.4758600739439]),
    "erf": (-3, 3, -60, 3, [0.9, -0.9, 5.9, 6]),
    "erfc": (-6, 27.5, -60, 4.8, [0.5, -0.5, 1, 5, 26.55, 27.2]),
    "sigmoid": (-8, 4, -60, 9.5, [-708.3964185322641, -745.1332191019411, -1, 37]),
    # The last one comes closest to a multiple of pi/2 among all doubles.
    "sin": (-7, 7, -30, 1024, [*_HALF_PI, 2.0**20, 6381956970095103 * 2.0**797]),
    "cos": (-7, 7, -30, 1024, [*_HALF_PI, 2.0**20, 6381956970095103 * 2.0**797]),
}


@np.errstate(all="ignore")
def points(name: str, n: int = 2500) -> np.ndarray:
    """About 2n points inside the domain of a function of one variable."""
    rng = np.random.default_rng(20240607)
    low, high, first, last, places = _RANGES[name]
    x = np.concatenate(
        [
            rng.uniform(low, high, n),
            _magnitudes(rng, n, first, last),
            around(places),
            around([SMALLEST, 1e-310, 2.0**-1022]),
            -around([SMALLEST, 1e-310, 2.0**-1022]),
        ]
    )
    if name == "sigmoid":
        x = np.concatenate([x, rng.uniform(-745, -700, n // 4)])
    if name in ("log", "sqrt"):
        x = np.abs(x)
    if name == "log1p":
        x = x[x > -1]
    return x[np.isfinite(x) & (x != 0)]


def power_points(n: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """x and p with x**p over the whole range of the doubles, the subnormal ones too."""
    rng = np.random.default_rng(20240608)
    x = np.concatenate(
        [
            np.abs(_any_bits(rng, n)),
            rng.uniform(0.5, 2, 2 * n),
            1 + _magnitudes(rng, n, -52, -2),
            _magnitudes(rng, n, -3, 3),
        ]
    )
    p = rng.uniform(-1074, 1024, len(x)) / np.log2(np.abs(x) * (1 + 1e-16) + 1e-300)
    p[-n:] = rng.integers(-300, 300, n)
    x = np.concatenate([x, rng.uniform(0, 10, n)])
    return x, np.concatenate([p, rng.uniform(-5, 5, n)])


def integer_power_points(n: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """x and an int n with x**n over the whole range of the doubles."""
    rng = np.random.default_rng(20240609)
    x = np.concatenate(
        [
            _magnitudes(rng, n, -40, 40),
            _magnitudes(rng, n, -3, 3),
            _any_bits(rng, n),
            1 + _magnitudes(rng, n, -30, -2),
        ]
    )
    widest = np.clip(1074 / np.abs(np.log2(np.abs(x)) + 1e-9), 1, 2**31 - 1)
    powers = np.trunc(rng.uniform(-1, 1, len(x)) * widest)
    powers[n : 3 * n] = rng.integers(-6, 7, 2 * n)
    return x, powers
