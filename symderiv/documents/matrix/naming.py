"""Matrices that are written out only to name their entries, and unit vectors e_k."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Deriv, Matrix, Node, Sym

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.usage.shapes import Shapes

#: What is said of e_k.
_UNIT = re.compile(r"\b(?:unit|basis|indicator|one[- ]hot) vectors?\b|\bEinheitsvektor", re.IGNORECASE)


def unit_vectors(book: Book, nodes: Iterable[Node], shapes: Shapes) -> None:
    """Take e_k for the k-th unit vector where the text speaks of such, and no row defines it."""
    if not _UNIT.search(book.source.text) or any(key == "e" for key, _ in book.definitions):
        return
    for n in nodes:
        if isinstance(n, Sym) and n.base == "e" and len(n.sub) == 1 and not (n.sup or n.primes):
            shapes.rank[shapes.name(n)] = 1
            shapes.units.add(shapes.name(n))


def names(head: Node, table: Node) -> Iterator[tuple[Sym, str, int]]:
    """Whose entries an explicit matrix only names, also by their derivatives (``X = (x_{ij})``): the
    name, the base of its entries, its number of indices."""
    if not isinstance(table, Matrix):
        return
    shown = [(i, j, x) for i, r in enumerate(table.rows, 1) for j, x in enumerate(r, 1) if x is not None]
    if isinstance(head, Deriv) and len(head.targets) == 1:
        slopes = [
            x for _, _, x in shown if isinstance(x, Deriv) and x.body == head.body and len(x.targets) == 1
        ]
        if len(slopes) < len(shown):
            return
        head, shown = (
            head.targets[0],
            [(i, j, x.targets[0]) for (i, j, _), x in zip(shown, slopes, strict=True)],
        )
    entries = [(i, j, x) for i, j, x in shown if isinstance(x, Sym)]
    bases = {x.base for _, _, x in entries}
    if not isinstance(head, Sym) or head.sub or len(entries) < max(len(shown), 2) or len(bases) > 1:
        return
    (base,) = bases
    line = len(table.rows) == 1 or all(len(r) == 1 for r in table.rows)
    if base not in (head.base, head.base.lower()):
        return
    for less in (0, 1):  # counted from 1, or from 0
        places = [str(max(i, j) - less) if line else f"{i - less}{j - less}" for i, j, _ in entries]
        texts = ["".join(m.text for m in x.sub) for _, _, x in entries]
        if all(text == place or not text.isdigit() for text, place in zip(texts, places, strict=True)):
            yield head, base, 1 if line else 2
            return


def is_whole(table: Node) -> bool:
    """Whether a matrix shows all its entries."""
    return isinstance(table, Matrix) and all(x is not None for r in table.rows for x in r)
