"""Sums that no sign states: a letter that stands twice in a term is summed over (Einstein's convention)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Add, Apply, Big, Fn, Mul, Neg, Node, Pow, Sym, map_nodes

if TYPE_CHECKING:
    from symderiv.documents.usage.usage import Usage

#: What tells the letters of vectors of ones from others.
_ONES = "|"
Found = tuple[Node, Counter[str]]


def summed(usage: Usage, node: Node, keep: Set[str]) -> Node:
    """``node`` with its sums, but over the letters that are kept."""
    return _closed(usage, _multiplied(node), keep)[0]


def free_letters(usage: Usage, node: Node) -> set[str]:
    """The letters of a side that are not summed over."""
    return set(_closed(usage, _multiplied(node), frozenset())[1])


def _multiplied(node: Node) -> Node:
    """``1_h (x_h - m)^2``, read as a power of a value: ones, times a power."""
    power = node.exponent if isinstance(node, Pow) else None
    value = node.base if isinstance(node, Pow) else node
    if isinstance(value, Apply) and value.head.base == "1" and len(value.args) == 1:
        inner = _multiplied(value.args[0])
        return Mul((value.head, inner if power is None else Pow(inner, power)), at=node.at, end=node.end)
    return map_nodes(node, _multiplied)


def _closed(usage: Usage, node: Node, keep: Set[str]) -> Found:
    """A term, its sums before it, and the letters that are left."""
    if isinstance(node, (Add, Neg)):
        return _open(usage, node, keep)
    made, counts = _open(usage, node, keep)
    for x in [x for x in counts if x.endswith(_ONES)]:  # they are summed over with what stands there beside
        letter, ones = x.removesuffix(_ONES), counts.pop(x)
        counts[letter] += ones if not counts[letter] else counts[letter] % 2
    twice = tuple(x for x, n in counts.items() if n and not n % 2 and x not in keep)  # four times in a chain
    left = Counter({x: 1 for x in counts if x not in twice})
    return (Big("sum", twice, "", "", (), made, at=node.at, end=node.end) if twice else made), left


def _open(usage: Usage, node: Node, keep: Set[str]) -> Found:
    """Part of a term, with how often each letter stands in it."""
    counts: Counter[str] = Counter()
    if isinstance(node, Sym):
        ones = _ONES if node.base == "1" else ""
        return node, Counter(m.text + ones for m in usage.split(node)[1] if m.kind == "letter")
    if isinstance(node, Big):
        body, left = _closed(usage, node.body, keep | set(node.letters))
        return map_nodes(node, lambda n: body if n is node.body else n), Counter(
            {x: n for x, n in left.items() if x not in node.letters}
        )

    def inner(n: Node) -> Node:
        apart = isinstance(node, (Add, Neg, Fn, Apply, Pow))
        made, found = (_closed if apart else _open)(usage, n, keep)
        for x, count in found.items():
            counts[x] = max(counts[x], count) if isinstance(node, Add) else counts[x] + count
        return made

    return map_nodes(node, inner), counts
