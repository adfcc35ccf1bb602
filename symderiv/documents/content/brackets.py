"""Arrays whose indices stand in brackets: ``Q(s, a)``, summed over a; ``\\xi_t(i, j)``, summed over j.

Input: the trees of all formulas.  A name that is only ever applied to letters, at least one of which a sum
around it runs over, is no function: these letters are indices of it, and what is the same wherever the name
stands is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Apply, Big, Deriv, Mark, Node, Sym, children, map_nodes

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element

_LETTERS = frozenset("abcdeghijklmnopqrstuvwxyz")
Head = tuple[str, str]


@dataclass(slots=True)
class _Seen:
    """How a document applies one name."""

    arguments: list[tuple[str, ...]] = field(default_factory=list)
    summed: set[int] = field(default_factory=set)
    plain: bool = True


class _Scan:
    """All applications, the names that stand as values, those that derivatives are by."""

    def __init__(self) -> None:
        self.heads: dict[Head, _Seen] = {}
        self.values: set[str] = set()
        self.targets: set[str] = set()
        self.entries: set[str] = set()  # names whose entries derivatives are by
        self.defined: set[Head] = set()

    def visit(self, node: Node, bound: frozenset[str]) -> None:
        if isinstance(node, Big):
            bound |= frozenset(node.letters)
        if isinstance(node, Deriv):
            for t in (t for t in node.targets if isinstance(t, Sym)):
                (self.entries if t.sub else self.targets).add(t.base)
        if isinstance(node, Apply) and not node.opaque:
            self.applied(node, bound)
            return
        if isinstance(node, Sym) and not node.sub:
            self.values.add(node.base)
        for n in children(node):
            self.visit(n, bound)

    def applied(self, node: Apply, bound: frozenset[str]) -> None:
        seen = self.heads.setdefault((node.head.base, node.head.style), _Seen())
        names = tuple(filter(None, map(_letter, node.args)))
        if len(names) < len(node.args) or node.head.primes or node.sub or node.head.sup:
            seen.plain = False
            for a in node.args:
                self.visit(a, bound)
            return
        seen.arguments.append(names)
        seen.summed |= {n for n, x in enumerate(names) if x in bound}


def bracketed_entries(elements: Iterable[Element]) -> set[str]:
    """Write such names with their indices below them; the letters that these are."""
    read = [e for e in elements if e.node is not None]
    scan = _Scan()
    for e in read:
        assert e.node is not None
        scan.visit(e.node, frozenset())
        if isinstance(e.node, Apply):
            scan.defined.add((e.node.head.base, e.node.head.style))
    places: dict[Head, set[int]] = {}
    letters: set[str] = set()
    for _ in range(2):  # what has letters of others in its brackets is an array as well
        for head, seen in scan.heads.items():
            if kept := _places(head, seen, scan, letters):
                places[head] = kept
        letters = {names[k] for head in places for names in scan.heads[head].arguments for k in places[head]}

    def put(n: Node) -> Node:
        if isinstance(n, Apply) and not n.opaque and (kept := places.get((n.head.base, n.head.style))):
            args = [n.args[k] for k in sorted(kept)]
            marks = tuple(Mark("letter", _letter(a)) for a in args)
            return replace(n.head, sub=(*n.head.sub, *marks), at=n.at, end=n.end)
        return map_nodes(n, put)

    for e in read if places else ():
        assert e.node is not None
        e.node = put(e.node)
    return letters


def _letter(node: Node) -> str:
    """An argument that is a plain name, with its prime, as sums name it."""
    if not isinstance(node, Sym) or node.sub or node.sup or node.primes > 1:
        return ""
    return node.base + "prime" * node.primes


def _places(head: Head, seen: _Seen, scan: _Scan, letters: set[str]) -> set[int]:
    """The arguments that are indices; none where the name is a function."""
    counts = {len(names) for names in seen.arguments}
    if not seen.plain or len(counts) != 1:
        return set()
    (count,) = counts
    columns = [{names[k] for names in seen.arguments} for k in range(count)]
    known = {k for k in range(count) if k in seen.summed or columns[k] & letters}
    if not known:
        return set()
    kept = known | {k for k in range(count) if len(columns[k]) > 1}
    indices = {x for k in kept for x in columns[k]}
    others = {x for k in range(count) if k not in kept for x in columns[k]}
    by = scan.targets if head in scan.defined else scan.targets | scan.entries
    if (
        not {x.removesuffix("prime") for x in indices} <= _LETTERS
        or indices & (scan.values | scan.targets)
        or others & by
    ):
        return set()
    return kept
