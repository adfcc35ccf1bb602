"""Matrices and tuples that are written out, with or without ellipses: which place each shown entry has.

Rows and columns before the first ellipsis are 1, 2, ...; one behind it has the index that its entries carry
(``z_1, \\dots, z_C``).  An equation with such a matrix is one equation for each entry shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product

from symderiv.documents.matrix.matrices import Lowering
from symderiv.documents.matrix.values import AXES, Hidden, Marks, Misfit, Value, put
from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import Apply, Mark, Matrix, Node, Sym, walk
from symderiv.documents.usage.shapes import Name, Shapes, joint

_MOST = 25


def table_of(lowering: Lowering, node: Matrix) -> Value:
    """The value of an explicit matrix."""
    rows = node.rows
    name = joint(node)
    if name is not None and lowering.shapes.seen(node) == 1:
        return Value("c", lambda m: replace(name, sub=(*name.sub, *map(lowering.place, m))))
    width = max(len(r) for r in rows)
    if any(len(r) != width and any(x is not None for x in r) for r in rows):
        raise Misfit("a matrix with rows of different lengths")
    if len(rows) * width > _MOST:
        raise Misfit(f"a matrix of more than {_MOST} entries that is written out")
    full = [r if len(r) == width else (None,) * width for r in rows]
    tops = _places(full, 1)
    sides = _places(list(zip(*full, strict=True)), -1)
    shown = {}
    for (i, r), (j, c) in product(enumerate(tops), enumerate(sides)):
        entry = full[i][j]
        if entry is not None and r is not None and c is not None:
            v = lowering.value(entry)
            if v.kind != "s":
                raise Misfit("a matrix of blocks")
            shown[r, c] = v.entry(())

    line = tops if width == 1 else sides if len(rows) == 1 else ()
    if None in line:
        general = _general({(r if width == 1 else c): e for (r, c), e in shown.items()})
        if general is not None:
            return Value("r" if len(rows) == 1 and not node.column else "c", general)

    def entry_at(m: Marks) -> Node:
        found = shown.get((m[0], m[1]))
        if found is None:
            raise Hidden("an entry that is not written out")
        return found

    one = Mark("number", "1")
    if node.column:
        return Value("c", lambda m: entry_at((one, *m)), (sides,))
    if width == 1:
        return Value("c", lambda m: entry_at((*m, one)), (tops,))
    if len(rows) == 1:
        return Value("r", lambda m: entry_at((one, *m)), (sides,))
    return Value("m", entry_at, (tops, sides))


def written_out(statements: Iterable[Statement], shapes: Shapes) -> dict[Name, Matrix]:
    """The matrices without ellipses that names are set equal to, where that is one for each."""
    found: dict[Name, list[Matrix]] = {}
    for s in statements:
        for a, b in pairwise(e.node for e in s.elements):
            if isinstance(a, Sym) and isinstance(b, Matrix) and not (a.sub or a.primes):
                found.setdefault(shapes.name(a), []).append(b)
    return {name: x[0] for name, x in found.items() if len(x) == 1 and _is_full(x[0])}


def _is_full(node: Matrix) -> bool:
    width = len(node.rows[0])
    return min(width, len(node.rows)) > 1 and all(len(r) == width and None not in r for r in node.rows)


def _general(shown: dict[Mark, Node]) -> Callable[[Marks], Node] | None:
    """The entry at any place, where those shown are one pattern: ``(e^{x_1}, \\dots, e^{x_n})``."""
    slot = Mark("letter", "slot")
    patterns = {put(entry, at, slot) for at, entry in shown.items()}
    if len(shown) < 2 or len(patterns) != 1:
        return None
    (pattern,) = patterns
    return lambda m: put(pattern, slot, m[0])


def _marks(node: Node, order: int) -> Iterator[Mark]:
    """The marks in an entry, also of ``s(z)_C`` and of ``P(t = C | z)``."""
    for n in walk(node):
        if isinstance(n, Sym):
            yield from (*n.sub, *n.sup)[::order]
        elif isinstance(n, Apply):
            yield from n.sub[::order]
            yield from (Mark("letter", x) for x in re.findall(r"(?<==)[A-Za-z](?![A-Za-z0-9])", n.opaque))


def _places(lines: Sequence[Sequence[Node | None]], order: int) -> tuple[Mark | None, ...]:
    """The place of each line (row or column); None for an ellipsis.  ``order``: which end of an entry's
    marks to look at first."""
    found: list[Mark | None] = []
    gap = False
    first = [x for x in lines[0] if x is not None and not isinstance(x, Sym)]
    dots = len(lines) > 2 and any(x is None for line in lines for x in line)
    if dots and any(m == Mark("number", "0") for x in first for m in _marks(x, order)):
        raise Misfit("entries that are counted from 0")
    corner = lines[0][0]
    bound = set(_marks(corner, order)) if corner is not None else set()
    for n, line in enumerate(lines):
        if all(x is None for x in line):
            gap = True
            found.append(None)
        elif not gap and line[0] is not None:
            found.append(Mark("number", str(n + 1)))
        else:
            gap = True
            marks = Counter(m for x in line if x is not None for m in _marks(x, order) if m.kind == "letter")
            own = {m: count for m, count in marks.items() if m not in bound}  # x_d^{(i)}, and first x_1^{(i)}
            marks = Counter(own) or marks
            if not marks:
                raise Misfit("which entry stands behind an ellipsis is not clear")
            found.append(marks.most_common(1)[0][0])
    if len({m for m in found if m is not None}) < sum(m is not None for m in found):
        raise Misfit("which entry stands behind an ellipsis is not clear")
    return tuple(found)


def shown_places(a: Value, b: Value) -> list[Marks]:
    """The places at which two values of one kind are compared; none: at every place at once."""
    axes = []
    for axis in range(AXES[a.kind]):
        one, two = a.along(axis), b.along(axis)
        if one is not None and two is not None and one != two:
            raise Misfit("two matrices that are written out differently")
        known = one if one is not None else two
        axes.append([m for m in known if m is not None] if known is not None else [GENERAL[axis]])
    return list(product(*axes))


#: The letters of a row and a column that stand for every one.
GENERAL = (Mark("letter", "row"), Mark("letter", "col"))
