"""``errors.toml`` and peers -> the worst error of each, in units that suit the problem."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.bench import given, rows, stated, truth
from symderiv.bench.peers import Peer
from symderiv.bench.rows import Row
from symderiv.lower.products import kernels
from symderiv.run import agreement
from symderiv.run.compare import precision

TABLE = Path(__file__).with_name("errors.toml")
OURS = "symderiv"
#: The unit of the errors of functions that are stated here: see `symderiv.run.agreement`.
UNITS = "u*(|entry| + the sizes of its terms)"
#: So many entries are compared, or one row if it is longer.
ENTRIES, QUICK_ENTRIES = 100_000, 3_000
DTYPES = ("float32", "float64")
Array = NDArray[Any]


@dataclass(slots=True)
class Errors:
    """One distribution of inputs: the worst error of ours and of each peer."""

    title: str
    dtype: str
    unit: str
    entries: int
    goal: float
    worst: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether ours is within the goal, if there is one."""
        return not self.goal or self.worst[OURS] <= self.goal

    def json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "title": self.title, "dtype": self.dtype, "unit": self.unit, "entries": self.entries,
            "worst": self.worst, "goal": self.goal, "met": self.met,
        }  # fmt: skip


def measure(
    peers: Sequence[Peer],
    names: Sequence[str] = (),
    *,
    quick: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Errors]:
    """All distributions of the families about ``names`` (all, if there are none), both dtypes."""
    found = []
    for family in tomllib.loads(TABLE.read_text(encoding="utf-8"))["family"]:
        if names and family["module"] not in names:
            continue
        for row in family["rows"]:
            for dtype in DTYPES:
                if quick and row["size"] > QUICK_ENTRIES:
                    continue
                try:
                    found.append(
                        _one(family, row, np.dtype(dtype), peers, QUICK_ENTRIES if quick else ENTRIES)
                    )
                except given.Missing as error:
                    progress(str(error))
                    continue
                shown = ", ".join(f"{n} {w:.3g}" for n, w in found[-1].worst.items())
                progress(f"{family['kernels'][0]} {row['title']} {dtype}: {shown}")
    for name in stated.stated():
        if not names or name in names:
            found += _of_stated(name, quick)
            progress(f"{name}: " + ", ".join(f"{e.title} {e.dtype} {e.worst[OURS]:.3g}" for e in found[-2:]))
    return found


def _of_stated(name: str, quick: bool) -> Iterator[Errors]:
    """The kernels that are timed of a function that is not shipped, as the main job compares shipped ones."""
    function, module = stated.stated()[name], given.kernel_module(name)
    timed = {k for r in rows.read().rows if r.module == name for k in r.kernels}
    for kernel in kernels(function, name):
        if kernel.name not in timed:
            continue
        numpy = stated.module(name)
        assert numpy is not None
        sizes = [dict.fromkeys({i.dim for a in kernel.arguments for i in a.letters}, 10)] if quick else None
        for e in agreement.compare(
            function, numpy, module, kernels=[kernel], sizes=sizes, rows=1 if quick else 6
        ):
            if e.target == "c":
                yield Errors(kernel.name, e.dtype, UNITS, e.entries, 0.0, {OURS: e.worst_units})


def _one(
    family: Mapping[str, Any],
    row: Mapping[str, Any],
    dtype: np.dtype[Any],
    peers: Sequence[Peer],
    entries: int,
) -> Errors:
    rng = np.random.default_rng(20_26)
    size = row["size"]
    z = _drawn(row["z"], (max(entries // size, 1), size), dtype, rng)
    arrays: dict[str, Array] = {
        "z": z,
        "g": rng.standard_normal(z.shape).astype(dtype),
        # the label is the largest logit in every second row: there the gradient is smallest
        "k": np.where(np.arange(len(z)) % 2 == 0, np.argmax(z, -1), rng.integers(0, size, len(z))),
        "value": z,
    }
    kernels = tuple(family["kernels"])
    timed = Row("", family["module"], kernels, family.get("peer", kernels[0]), {}, "", ())
    if "g" in _wanted(timed):
        arrays["value"] = np.stack([truth.value(x) for x in z])
    results = dict(_results(timed, arrays, peers, family.get("part")))
    errors = Errors(row["title"], dtype.name, family["unit"], z.size, family["goals"][dtype.name])
    errors.worst = dict.fromkeys(results, 0.0)
    for n, x in enumerate(z):
        pairs = list(_pairs(family["truth"], x, {"g": arrays["g"][n], "k": int(arrays["k"][n])}))
        for name, got in results.items():
            worst = truth.worst(got[n], iter(pairs), family["unit"] == "ulp")
            errors.worst[name] = max(errors.worst[name], worst)
    return errors


def _pairs(name: str, z: Array, more: Mapping[str, Any]) -> truth.Pairs:
    with precision(truth.BITS):
        yield from truth.of(name, z, more)


def _wanted(row: Row) -> set[str]:
    """Whether the kernel takes an upstream derivative, and so the output."""
    module = given.kernel_module(row.module)
    names = given.parameters(module, row.kernels[0]) if hasattr(module, row.kernels[0]) else []
    return {"g" if n not in ("z", "k") and n.startswith("g") else n for n in names}


def _results(
    row: Row, arrays: Mapping[str, Array], peers: Sequence[Peer], part: int | None
) -> Iterator[tuple[str, Array]]:
    ours = given.bind(row, arrays).ours()
    yield OURS, np.array(ours if part is None else ours[part])
    for peer in peers:
        for way in peer.ways(row.peer, arrays, -1)[:1]:  # the library's own way
            result = way()
            yield peer.name, np.array(peer.numbers(result if part is None else result[part]))


# --- distributions --------------------------------------------------------------------------------


def _drawn(
    how: Sequence[Any], shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator
) -> Array:
    name, *parameters = how
    return np.asarray(DISTRIBUTIONS[name](shape, dtype, rng, *parameters), dtype)


def _normal(shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator, scale: float) -> Array:
    return np.asarray(scale * rng.standard_normal(shape))


def _uniform(
    shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator, low: float, high: float
) -> Array:
    return rng.uniform(low, high, shape)


def _subnormal(shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator) -> Array:
    """One entry that takes nearly all; the others are subnormal."""
    info = np.finfo(dtype)
    low, high = np.log(float(info.smallest_subnormal)), np.log(float(info.smallest_normal))
    z = rng.uniform(low, high, shape)
    z[..., 0] = 0.0
    return z + rng.uniform(-3, 3, (*shape[:-1], 1))


def _huge(shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator) -> Array:
    """Both signs, magnitudes from 1e-3 to 1e30; in every second row the largest entry occurs twice."""
    z = np.asarray(10.0 ** rng.uniform(-3, 30, shape) * rng.choice([-1.0, 1.0], shape))
    for row in z[::2]:
        top = int(np.argmax(row))
        row[top - 1] = row[top]
    return z


DISTRIBUTIONS: dict[str, Callable[..., Array]] = {
    "normal": _normal, "uniform": _uniform, "subnormal": _subnormal, "huge": _huge,
}  # fmt: skip
