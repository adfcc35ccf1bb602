"""The worst errors of every generated kernel, measured and written down: the tolerances of test_accuracy.

    python -m tests.kernels.measure          measures all and writes symderiv/catalog/measured.json
    python -m tests.kernels.measure NAME...  measures these and keeps the rest

Besides the random points of `symderiv.run.agreement`, hard ones are tried: ties, one dominant entry, entries
up to 1e4 of both signs, tiny entries, odd sizes, rows of 1000.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from symderiv.definitions import Function
from symderiv.lower.kernel import Kernel
from symderiv.run import agreement
from symderiv.run.agreement import DTYPES, KernelError, Point
from symderiv.run.inputs import draw
from tests.kernels import served as s

#: Beside the definitions, because the headers of the generated files state these figures.
MEASURED = Path(__file__).parents[2] / "symderiv" / "catalog" / "measured.json"
ODD_SIZES = (2, 3, 5, 7, 17)

#: Hard rows: from a random tensor of entries about 1 to the tensor that is tried.
HARD: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "ties": np.round,
    "all equal": lambda x: np.full_like(x, 3.0),
    "one dominant": lambda x: _dominant(x, 60.0),
    "one dominant by far": lambda x: _dominant(x, 1e4),
    "up to 1e4": lambda x: 1e4 * x / np.max(np.abs(x), initial=1e-30),
    "down to -1e4": lambda x: -1e4 - np.abs(x),
    "tiny": lambda x: 1e-9 * x,
}


def _dominant(x: np.ndarray, by: float) -> np.ndarray:
    result = x.copy()
    result.flat[: x.size][:1] += by
    return result


def hard_points(function: Function, kernel: Kernel, dtype: Any) -> Iterator[tuple[str, Point]]:
    """The hard rows, at odd sizes; constrained inputs stay as drawn."""
    base = agreement.scalar_or_self(function)
    dims = sorted({d for axes in base.inputs.values() for d in axes})
    bounded = {t.name for a in base.assumptions for t in _entries(a)}
    for number, (what, change) in enumerate(HARD.items()):
        rng = np.random.default_rng(number)
        size = ODD_SIZES[number % len(ODD_SIZES)]
        sizes = {d: max(1, size - n) for n, d in enumerate(dims)}
        inputs = draw(base, sizes, rng, dtype=dtype)
        hard = {n: x if n in bounded else np.asarray(change(x)).astype(dtype) for n, x in inputs.items()}
        yield f"{what}, sizes {sizes}", agreement.point(base, kernel, hard, sizes, rng)


def _entries(assumption: Any) -> list[Any]:
    from symderiv.terms import Entry, walk

    return [t for side in (assumption.left, assumption.right) for t in walk(side) if isinstance(t, Entry)]


def errors(
    function: Function,
    kernels: tuple[Kernel, ...],
    modules: Mapping[str, ModuleType],
    long: Sequence[Any] = DTYPES,
) -> list[KernelError]:
    """The worst errors over random and hard points, for each kernel, target and dtype; ``long``: the dtypes
    of which rows of 1000 are tried."""
    found = []
    for kernel in kernels:
        random = agreement.compare(function, modules["numpy"], modules.get("c"), kernels=[kernel])
        rows = _long_rows(function, kernel, modules, long)
        hard = _on_hard_points(function, kernel, modules)
        for e in random:
            others = [o for o in (*hard, *rows) if (o.target, o.dtype) == (e.target, e.dtype)]
            worst = max((e, *others), key=lambda o: o.worst_units)
            ulp = max(o.worst_ulp for o in (e, *others))
            relative = max(o.worst_relative for o in (e, *others))
            entries = sum(o.entries for o in (e, *others))
            found.append(
                KernelError(
                    e.kernel, e.target, e.dtype, ulp, relative, worst.worst_units, entries, worst.where
                )
            )
    return found


def _long_rows(
    function: Function, kernel: Kernel, modules: Mapping[str, ModuleType], dtypes: Sequence[Any]
) -> list[KernelError]:
    """One row of 1000, where the result is not larger than that."""
    dims = sorted({d for axes in agreement.scalar_or_self(function).inputs.values() for d in axes})
    if not dims or len(kernel.output.head) > 1 or kernel.kind == "jacobian":  # a sweep for each output
        return []
    sizes = {d: 1000 if n == 0 else 2 for n, d in enumerate(dims)}
    return agreement.compare(
        function, modules["numpy"], modules.get("c"), kernels=[kernel], sizes=[sizes], rows=1, dtypes=dtypes
    )


def _on_hard_points(
    function: Function, kernel: Kernel, modules: Mapping[str, ModuleType]
) -> list[KernelError]:
    worst = {
        (t, dtype): agreement.Worst(kernel.name, t, np.dtype(dtype).name) for t in modules for dtype in DTYPES
    }
    for dtype in DTYPES:
        for what, at in hard_points(function, kernel, dtype):
            true = agreement.truth(function, kernel, at)
            if kernel.kind != "value" and any(f.is_nan() for f in true.value.ravel()):
                continue  # no derivative there (a tie, a norm of 0): nothing to compare with
            for target, module in modules.items():
                (result,) = agreement.call(getattr(module, kernel.name), [at])
                worst[target, dtype].add(result, true, what)
    return [w.result() for w in worst.values()]


def read() -> dict[str, dict[str, list[float]]]:
    """kernel -> "target dtype" -> [worst ulp, worst units]."""
    found: dict[str, dict[str, list[float]]] = json.loads(MEASURED.read_text())
    return found


def main(names: list[str]) -> int:
    """Measure, print and write."""
    known = read() if MEASURED.is_file() and names else {}
    for name in names or s.names():
        modules = {t: s.module(name, t) for t in s.TARGETS}
        for e in errors(s.catalog[name], s.described(name), modules):
            known.setdefault(e.kernel, {})[f"{e.target} {e.dtype}"] = [
                float(f"{min(e.worst_ulp, 9e307):.3g}"),  # JSON has no infinity
                float(f"{e.worst_units:.3g}"),
            ]
            print(f"{e.kernel:34} {e.target:6} {e.dtype:8} {e.worst_ulp:9.3g} ulp {e.worst_units:8.3g} units")
    lines = [f"  {json.dumps(k)}: {json.dumps(known[k])}" for k in sorted(known)]
    MEASURED.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
