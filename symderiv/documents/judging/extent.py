"""How far sums run: ``\\sum_{i=1}^n`` and ``\\sum_{i=0}^n`` of one name are not the same.

Input: the two sides of a row.  An axis has no numbers in the notation, so that a proof does not see this.
"""

from __future__ import annotations

import re

from symderiv.documents.text.syntax import Big, Node, Sym, walk

_UPPER = re.compile(r"\{?\\?([A-Za-z]\w*)\s*([-+]\s*\d+)?\}?")
#: A name that is summed, and the name of the size it is summed to.
_Over = tuple[str, str]


def uneven(a: Node, b: Node) -> bool:
    """Whether both sides sum a name to one size, and not over as many numbers."""
    left, right = _extents(a), _extents(b)
    return any(left[over] != right[over] for over in left.keys() & right.keys())


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
