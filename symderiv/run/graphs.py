"""Terms at the sizes of given arrays as graphs of scalar operations; those made last are kept.

Input: a term, the definitions that it rests on, sizes and places of its free letters.  Output: a
:class:`~symderiv.verify._ground.Graph` and the nodes of the entries.  No number is computed here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from symderiv.terms import (
    Affine,
    Bodies,
    Delta,
    Diff,
    Entry,
    Order,
    Position,
    Reduce,
    Size,
    Term,
    Where,
    walk,
)
from symderiv.verify._ground import Graph
from symderiv.verify._nodes import Node

#: The graphs made last, of at most so many nodes: the same for every point and precision.
_GRAPHS: OrderedDict[Any, tuple[Graph, list[Node]]] = OrderedDict()
_KEPT_GRAPHS, _KEPT_NODES = 16, 50_000


def grounded(
    term: Term, bodies: Bodies, sizes: Mapping[str, int], places: Sequence[Mapping[str, int]], collect: bool
) -> tuple[Graph, list[Node]]:
    """The graph of a term's entries where its letters are at ``places``, counted from 0, and their nodes."""
    at = tuple(tuple(sorted(p.items())) for p in places)
    known = (term, tuple(sorted(bodies.items())), tuple(sorted(sizes.items())), at, collect)
    if known in _GRAPHS:
        _GRAPHS.move_to_end(known)
        return _GRAPHS[known]
    parts = [term, *(body for _, body in bodies.values())]
    derived = any(isinstance(t, Diff) for part in parts for t in walk(part))
    graph = Graph(sizes, bodies, track=derived, collect=collect, most_nodes=3_000_000)
    roots = [graph.ground(term, {n: k + 1 for n, k in p.items()}) for p in places]
    if len(graph.nodes) <= _KEPT_NODES:
        _GRAPHS[known] = graph, roots
        if len(_GRAPHS) > _KEPT_GRAPHS:
            _GRAPHS.popitem(last=False)
    return graph, roots


def sizes_of(
    term: Term, bodies: Bodies, shapes: Mapping[str, tuple[int, ...]], given: Mapping[str, int]
) -> dict[str, int]:
    """Size of every dimension, from the shapes of the arrays and those ``given``."""
    found = dict(given)
    needed: set[str] = set()
    seen: set[str] = set()
    todo = [term]
    while todo:
        for t in walk(todo.pop()):
            needed.update(_dims(t))
            if not isinstance(t, Entry):
                continue
            if t.name in bodies:
                if t.name not in seen:
                    seen.add(t.name)
                    todo.append(bodies[t.name][1])
                continue
            if t.name not in shapes:
                raise ValueError(f"no array is given for '{t.name}'")
            shape = shapes[t.name]
            if len(shape) != len(t.indices):
                raise ValueError(f"'{t.name}' has {len(t.indices)} indices, its array the shape {shape}")
            for i, n in zip(t.indices, shape, strict=True):
                if found.setdefault(i.dim, n) != n:
                    raise ValueError(f"dimension '{i.dim}' has size {found[i.dim]}, but '{t.name}' has {n}")
    missing = sorted(needed - set(found))
    if missing:
        raise ValueError(f"no array shows the size of dimension '{missing[0]}'; give it in sizes")
    return found


def _dims(term: Term) -> list[str]:
    match term:
        case Size(dim):
            return [dim]
        case Delta(left, right) | Where(Order(_, left, right), _, _):
            return _dims_at((left, right))
        case Reduce(_, indices, _) | Entry(_, indices):
            return _dims_at(indices)
        case _:
            return []


def _dims_at(positions: Sequence[Position]) -> list[str]:
    inside = [s.dim for p in positions if isinstance(p, Affine) for s, _ in p.parts]
    return [*(p.dim for p in positions), *inside]


__all__ = ["grounded", "sizes_of"]
