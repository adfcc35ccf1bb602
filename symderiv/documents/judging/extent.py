"""How far sums run: ``\\sum_{i=1}^n`` and ``\\sum_{i=0}^n`` of one name are not the same.

Input: the two sides of a row.  An axis has no numbers in the notation, so that a proof does not see this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symderiv.documents.text.syntax import Big, Node, Sym, walk

_UPPER = re.compile(r"\{?\\?([A-Za-z]\w*)\s*([-+]\s*\d+)?\}?")
#: A name that is summed, and the name of the size it is summed to.
_Over = tuple[str, str]


def uneven(a: Node, b: Node) -> bool:
    """Whether both sides sum a name to one size, and not over as many numbers."""
    left, right = _extents(a), _extents(b)
    return any(left[over] != right[over] for over in left.keys() & right.keys())


def two_sizes(a: Node, b: Node) -> str:
    """What a proof takes for granted where a name is summed to N on one side, and to T on the other."""
    sides: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
    for found, side in zip(sides, (a, b), strict=True):
        for n in walk(side):
            upper = _UPPER.fullmatch(n.upper) if isinstance(n, Big) and len(n.letters) == 1 else None
            if isinstance(n, Big) and upper is not None and not upper[2]:
                for x in walk(n.body):
                    if isinstance(x, Sym) and any(m.text == n.letters[0] for m in (*x.sub, *x.sup)):
                        found.setdefault(x.base, set()).add(upper[1])
    for name in sorted(sides[0].keys() & sides[1].keys()):
        one, two = (found[name] for found in sides)
        if len(one) == len(two) == 1 and one != two:
            return f"needs {one.pop()} = {two.pop()}, which the document does not state"
    return ""


def ends_apart(a: Node, b: Node) -> bool:
    """Whether sums over one letter end at a number on one side, and at a size on the other."""
    ends: list[dict[str, set[bool]]] = []
    for side in (a, b):
        found: dict[str, set[bool]] = {}
        for n in walk(side):
            if isinstance(n, Big) and n.upper and len(n.letters) == 1:
                found.setdefault(n.letters[0], set()).add(n.upper.strip("{}").isdigit())
        ends.append(found)
    return any(len(ends[0][x] | ends[1][x]) > 1 for x in ends[0].keys() & ends[1].keys())


def one_more(reached: Iterable[Node], other: Iterable[Node]) -> bool:
    """Whether one side rests on ``\\sum_{i=0}^N`` of terms without the letter, N + 1 of them, and the other
    on no such sum: with N of them, as the notation has it, the row proves nothing."""
    one, two = (
        {
            n.upper
            for n in nodes
            if isinstance(n, Big) and n.op == "sum" and n.lower == "0" and _lacks(n)
            if _UPPER.fullmatch(n.upper) and not re.search(r"[-+]", n.upper)
        }
        for nodes in (reached, other)
    )
    return bool(one - two)


def _lacks(big: Big) -> bool:
    """Whether no name in a sum has its letter."""
    marks = {m.text for s in walk(big.body) if isinstance(s, Sym) for m in (*s.sub, *s.sup)}
    return not marks & set(big.letters)


def _extents(node: Node) -> dict[_Over, set[int]]:
    """How many more numbers than the size says."""
    found: dict[_Over, set[int]] = {}
    for n in walk(node):
        told = _UPPER.fullmatch(n.upper) if isinstance(n, Big) and n.op == "sum" else None
        if not isinstance(n, Big) or told is None or n.lower not in ("0", "1") or len(n.letters) != 1:
            continue
        extent = int((told[2] or "0").replace(" ", "")) + 1 - int(n.lower)
        for s in (s for s in walk(n.body) if isinstance(s, Sym)):
            if any(m.text == n.letters[0] for m in (*s.sub, *s.sup)):
                found.setdefault((s.base, told[1]), set()).add(extent)
    return found
