"""Points at which the vector functions are measured."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.emit.vectors import BINARY, REALS

CHUNK = 1 << 20
LN2 = float(np.log(2.0))
# Per function: an interval of main interest, and the exponents of 2 to sweep.
_RANGES: dict[str, tuple[float, float, float, float]] = {
    "exp": (-746, 710, -60, 9.5),
    "log": (0.4, 2.2, -1074, 1024),
    "sigmoid": (-40, 40, -60, 9.6),
    "tanh": (-4, 4, -60, 5),
    "expm1": (-2, 2, -60, 9.5),
    "log1p": (-0.7, 1.6, -70, 1023),
    "erf": (-4, 4, -60, 3),
    "sqrt": (0, 4, -1074, 1024),
    "rsqrt": (0, 4, -1074, 1024),
}
#: Places where the way of computing changes, or the result leaves the range.
EDGES = [float(word) for word in """
    0 0.55 0.8 0.9 1 2 0.6666666666666666 1.3333333333333333 0.7071067811865476 1.4142135623730951
    0.41421356237309515 0.3333333333333333 0.34657359027997264 0.6931471805599453 1.0397207708399179
    3.92 5.92 9.01 17.33 19.06 37.5 40 87.34 88.73 103.28 103.98 104 708.4 709.79 745.14 746
    16777216 9007199254740992 1152921504606846976 1e-45 1.1754943508222875e-38 7e-46
    2.2250738585072014e-308 5e-324 1.7014118346046923e38 8.98846567431158e307
""".split()]  # fmt: skip


def floats(start: int, step: int) -> np.ndarray:
    """CHUNK floats by their bits, every step-th from start on."""
    stop = min(start + step * CHUNK, 1 << 32)
    return np.arange(start, stop, step, dtype=np.uint64).astype(np.uint32).view(np.float32)


@np.errstate(all="ignore")
def neighbours(real: str, steps: int = 500) -> np.ndarray:
    """The edges, their negatives, the largest number and infinity, each with what lies beside it; NaN."""
    kind = REALS[real]
    word = {"f32": np.uint32, "f64": np.uint64}[real]
    centres = np.array([*EDGES, np.finfo(kind).max, np.inf]).astype(kind).view(word)
    beside = centres[:, None].astype(np.int64) + np.arange(-steps, steps + 1)
    values = np.maximum(beside, 0).ravel().astype(word).view(kind)
    return np.concatenate([values, -values])


def doubles(stem: str, seed: int, n: int = CHUNK) -> np.ndarray:
    """Half spread over the interval of main interest, half over all magnitudes."""
    rng = np.random.default_rng([20240610, seed])
    low, high, first, last = _RANGES[stem]
    half = n // 2
    with np.errstate(all="ignore"):
        sizes = np.exp2(rng.uniform(first, last, n - half)) * rng.choice([-1.0, 1.0], n - half)
    x = np.concatenate([rng.uniform(low, high, half), sizes])
    return np.abs(x) if low >= 0 else x


@np.errstate(all="ignore")
def pairs(stem: str, real: str, seed: int, n: int = CHUNK) -> tuple[np.ndarray, np.ndarray]:
    """Both arguments, the results spread over the whole range of the type and beyond."""
    rng = np.random.default_rng([20240611, seed])
    single = real == "f32"
    kind = REALS[real]
    result = rng.uniform(-106, 91, n) if single else rng.uniform(-748, 712, n)
    if stem == "exp_scaled":
        whole = np.rint(rng.uniform(-1, 1, n) * (1000 if single else 6000))
        return (whole * LN2 + result).astype(kind), whole.astype(kind)
    if stem == "exp_difference":
        a = np.exp2(rng.uniform(-20, 10 if single else 14, n)) * rng.choice([-1.0, 1.0], n)
        return a.astype(kind), (a - result * rng.choice([1.0, 0.01], n)).astype(kind)
    whole = np.rint(rng.uniform(-1, 1, n) * (1800 if single else 7000))
    x = np.exp2(rng.uniform(*((-149, 127.9) if single else (-1074, 1023.9)), n))
    close = rng.random(n) < 0.5  # x*2^N near 1, where the logarithm nearly vanishes
    exponent = np.rint(rng.uniform(-1, 1, n) * (120 if single else 1000))
    x = np.where(close, np.exp2(exponent) * rng.uniform(0.6, 1.5, n), x)
    return x.astype(kind), np.where(close, -exponent, whole).astype(kind)


def sampled(name: str, step: int = 1009) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Every step-th float or, for step = 1009, a million doubles or pairs; and beside all edges."""
    stem, real = name.rsplit("_", 1)
    count = min(CHUNK * 1009 // step + 2000, CHUNK)
    beside = neighbours(real)
    if stem in BINARY:
        yield pairs(stem, real, 0, count)
        whole = stem != "exp_difference"
        yield beside, np.zeros_like(beside) if whole else np.roll(beside, 7)
        return
    yield beside, beside
    chunks = [floats(start, step) for start in range(0, 1 << 32, step * CHUNK)]
    for x in chunks if real == "f32" else [doubles(stem, 0, count)]:
        yield x, x
