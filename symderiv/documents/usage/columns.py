"""Names whose vectors are columns of their entries: ``p_i^T q_j = \\sum_k p_{ik} q_{kj}``.

Input: the nodes of a document.  Output: the names of which one index is the second one of two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Node, Sym

if TYPE_CHECKING:
    from symderiv.documents.usage.usage import Usage


def columns_of(usage: Usage, nodes: Iterable[Node]) -> set[str]:
    """The keys of such names."""
    alone: dict[str, set[str]] = {}
    pairs: dict[str, list[tuple[str, str]]] = {}
    for n in nodes:
        if isinstance(n, Sym) and not (n.sup or n.primes):
            key, marks = usage.split(n)
            letters = tuple(m.text for m in marks if m.kind == "letter")
            if len(marks) == 1:
                alone.setdefault(key, set()).update(letters)
            elif len(marks) == len(letters) == 2:
                pairs.setdefault(key, []).append((letters[0], letters[1]))
    return {key for key, found in pairs.items() if _is_second(alone.get(key, set()), found)}


def _is_second(own: set[str], pairs: list[tuple[str, str]]) -> bool:
    """Whether indices of their own are the second ones of pairs, more often than the first, or in the first
    pair."""
    more = sum((b in own) - (a in own) for a, b in pairs)
    return more > 0 or (not more and pairs[0][1] in own and pairs[0][0] not in own)
