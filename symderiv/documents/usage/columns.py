"""Names whose vectors are columns of their entries: ``p_i^T q_j = \\sum_k p_{ik} q_{kj}``; also by what
they are multiplied by, ``w_k^T x`` beside ``w_{jk}`` and ``x_j``.

Input: the nodes of a document.  Output: the names of which one index is the second one of two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Mul, Node, Sym, Transpose

if TYPE_CHECKING:
    from symderiv.documents.usage.usage import Usage


def columns_of(usage: Usage, nodes: Iterable[Node]) -> set[str]:
    """The keys of such names."""
    alone: dict[str, set[str]] = {}
    pairs: dict[str, list[tuple[str, str]]] = {}
    partners: dict[str, set[str]] = {}
    below: dict[str, set[str]] = {}
    for n in nodes:
        if isinstance(n, Mul) and any(isinstance(x, Transpose) for x in n.factors):
            inner = [x.body if isinstance(x, Transpose) else x for x in n.factors]
            keys = {usage.split(x)[0] for x in inner if isinstance(x, Sym)}
            for key in keys:
                partners.setdefault(key, set()).update(keys - {key})
        if isinstance(n, Sym) and n.sub and not n.primes:
            key, _ = usage.split(n)
            below.setdefault(key, set()).update(m.text for m in n.sub if m.kind == "letter")
        if isinstance(n, Sym) and not (n.sup or n.primes):
            key, marks = usage.split(n)
            letters = tuple(m.text for m in marks if m.kind == "letter")
            if len(marks) == 1:
                alone.setdefault(key, set()).update(letters)
            elif len(marks) == len(letters) == 2:
                pairs.setdefault(key, []).append((letters[0], letters[1]))
    columns = set()
    for key, found in pairs.items():
        beside = {x for other in partners.get(key, ()) for x in below.get(other, ())}
        if _is_second(alone.get(key, set()), beside, found):
            columns.add(key)
    return columns


def _is_second(own: set[str], beside: set[str], pairs: list[tuple[str, str]]) -> bool:
    """Whether indices of their own are the second ones of pairs, more often than the first, or in the first
    pair; ``beside``: indices of what they are multiplied by."""
    more = sum((a in beside) - (b in beside) for a, b in pairs)
    more = more or sum((b in own) - (a in own) for a, b in pairs)
    return more > 0 or (not more and pairs[0][1] in own and pairs[0][0] not in own)
