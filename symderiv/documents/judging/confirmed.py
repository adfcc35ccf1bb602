"""Which refuted rows are called wrong, and which are only false as they were read.

A row that is refuted is false as it was read.  Where other rows stay undecided or unread, or several fail and
hardly more hold, what a name or a condition means may have been missed, and the row be right.  It is called
wrong then only where something else speaks for it: one change of it that is provable; what stands behind it
in its chain, if that holds for what stands before it; that there are no names in it; or, behind a claim of
its chain or in a document that is read as a whole, that it is of the same names on both sides, whatever these
are.  Of the rows of public derivations that were judged by hand, those without any of these were right at
least as often as wrong.
"""

from __future__ import annotations

from symderiv.documents.judging.judge import Judge, Judged
from symderiv.documents.judging.repair import BY_NAME, is_formal, reached
from symderiv.documents.text.syntax import Apply, Deriv, Node, Sym, walk

#: What is said of the others.
AS_READ = "it is false as it is read here, and no one change of it was found that makes it true"
_OPEN = ("undecided", "unread")
#: How many rows of a document that is read as a whole hold, to each of several that fail alone.
_HELD = 3


def confirm(judge: Judge) -> None:
    """Leave the other refuted rows of a document undecided, with their counterexamples."""
    whole = not any(r.word in _OPEN for r in judge.found)
    behind = {id(r.elements[1]) for r in judge.found if r.elements is not None and r.word != "definition"}
    alone: list[Judged] = []
    for r in judge.found:
        if r.word != "wrong" or r.witness is None or r.elements is None or r.taken_back:
            continue
        if r.suggestion or is_formal(r) or r.reason.endswith(BY_NAME):
            continue
        left, right = ([*walk(e.node)] if e.node is not None else [] for e in r.elements)
        named = _is_named(judge, [*left, *right])
        claimed = whole or id(r.elements[0]) in behind
        if named and not (claimed and _is_closed(judge, left, right)):
            alone.append(r)
    held = sum(r.word == "proved" for r in judge.found)
    if whole and (len(alone) == 1 or held >= _HELD * len(alone)):
        return
    for r in alone:
        r.word, r.reason = "undecided", AS_READ


def _is_named(judge: Judge, nodes: list[Node]) -> bool:
    """Whether names stand in a row, but for those of functions that are defined: ``f(0.5) = 0.3``."""
    calls = [n for n in nodes if isinstance(n, Apply)]
    heads = {id(n.head) for n in calls}
    known = (judge.book.arities(judge.book.usage.split(n.head)[0]) for n in calls)
    return not all(known) or any(isinstance(n, Sym) and id(n) not in heads for n in nodes)


def _is_closed(judge: Judge, left: list[Node], right: list[Node]) -> bool:
    """Whether both sides are of the same names, and what these are does not matter: nothing is
    differentiated, or no definition is reached."""
    beside = {"pi", "e", *judge.book.usage.sizes}  # n, of a product up to n
    one, two = ({x.base for n in side if (x := _name(n)) is not None} for side in (left, right))
    if (one ^ two) - beside:
        return False
    nodes = [*left, *right]
    return not any(isinstance(n, Deriv) for n in nodes) or set(reached(judge, nodes)) <= set(nodes)


def _name(node: Node) -> Sym | None:
    return node.head if isinstance(node, Apply) else node if isinstance(node, Sym) else None
