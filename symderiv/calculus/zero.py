"""Whether a polynomial is zero: its denominators are cleared, where that cannot hide anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from symderiv.calculus import positions
from symderiv.calculus.atoms import LINKS, POSITIONAL, Atom, Mono, Poly, pscale

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


def is_zero(nf: Normalizer, u: Mapping[Mono, Any], *, clears: Callable[[Poly], bool] | None = None) -> bool:
    """Whether u is zero as a polynomial after its denominators are cleared; with ``clears`` only those of
    which it, or a sign, says that they are never zero."""
    current: Poly = dict(u)
    for _ in range(24):
        if not current:
            return True
        low: dict[Atom, Any] = {}
        for m in current:
            for a, e in m:
                if a.kind == "poly" and e < low.get(a, 0):
                    low[a] = e
        if not low:
            return False
        # one base at a time, the tallest first: clearing may bring up the bases inside it
        atom = max(low, key=lambda a: (a.height, len(a.args[0]), a.key))
        value = dict(atom.args[0])
        if "positive" not in (nf.signs.of(value), nf.signs.of(pscale(value, -1))):
            allowed = _may_clear(nf, current, value) if clears is None else clears(value)
            if not allowed:
                return False
        current = nf.raised(current, atom, -low[atom])
    return not current


def _may_clear(nf: Normalizer, u: Mapping[Mono, Any], base: Poly) -> bool:
    """Whether u * base = 0 makes u 0: not where u has a term only at points where the base may be 0 (a
    tie, letters that a delta equates, positions outside an axis)."""
    if positions.has_moved_entry(base) and any(a.kind in POSITIONAL for m in u for a, _ in m):
        return False
    for m in u:
        if any(a.kind == "tie" for a, _ in m):
            return False
        links = [positions.form_of(a) for a, _ in m if a.kind in LINKS]
        solution = positions.solve(links) if links else None
        if solution is not None and not nf.rename(base, solution[0]):
            return False
    return True
