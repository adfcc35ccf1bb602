"""Graphs of terms at given sizes: made once, and kept."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.run import graphs

SUM = Function("y[i] = sum[j](x[i,j]*w[j])")


def made(rows: int, columns: int, places: int) -> tuple[object, int]:
    at = [{"i": n} for n in range(places)]
    graph, roots = graphs.grounded(SUM.output.body, SUM.bodies, {"i": rows, "j": columns}, at, True)
    assert len(roots) == places
    return graph, len(graph.nodes)


def test_the_same_term_at_the_same_sizes_and_places_is_one_graph() -> None:
    assert made(2, 3, 2)[0] is made(2, 3, 2)[0]
    assert made(2, 3, 2)[0] is not made(2, 3, 1)[0]
    assert made(2, 3, 2)[0] is not made(2, 4, 2)[0]


def test_only_small_ones_and_the_last_ones_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(2, 3, 2)[0]
    for n in range(4, 4 + graphs._KEPT_GRAPHS):
        made(2, n, 2)
    assert made(2, 3, 2)[0] is not first
    monkeypatch.setattr(graphs, "_KEPT_NODES", 5)
    assert made(3, 3, 3)[1] > 5
    assert made(3, 3, 3)[0] is not made(3, 3, 3)[0]


def test_sizes_are_those_of_the_arrays() -> None:
    assert graphs.sizes_of(SUM.output.body, SUM.bodies, {"x": (2, 3), "w": (3,)}, {}) == {"i": 2, "j": 3}
    with pytest.raises(ValueError, match="dimension 'j' has size 3, but 'w' has 4"):
        graphs.sizes_of(SUM.output.body, SUM.bodies, {"x": (2, 3), "w": (4,)}, {})
