"""Which refuted rows are called wrong where a document is not read as a whole.

A row that is refuted is false as it was read.  Where other rows stay undecided or unread, what a name or a
condition means may have been missed, and the row be right.  It is called wrong then only where something else
speaks for it: one change of it that is provable; a link of its chain before it that is a claim (what the
chain says so far was read well enough to judge that), where the row brings no further definition; or that
there are no names in it.  Of the rows of public derivations that were judged by hand,
those without any of these were right more than twice as often as wrong.
"""

from __future__ import annotations

from symderiv.documents.judging.judge import Judge
from symderiv.documents.judging.repair import BY_NAME, is_formal, reached
from symderiv.documents.text.syntax import Apply, Node, Sym, walk

#: What is said of the others.
AS_READ = "it is false as it is read here, and no one change of it was found that makes it true"
_OPEN = ("undecided", "unread")


def confirm(judge: Judge) -> None:
    """Leave the other refuted rows of a document undecided, with their counterexamples."""
    if not any(r.word in _OPEN for r in judge.found):
        return
    behind = {id(r.elements[1]) for r in judge.found if r.elements is not None and r.word != "definition"}
    for r in judge.found:
        told = r.suggestion or is_formal(r) or r.reason.endswith(BY_NAME)
        bare = r.word == "wrong" and r.witness is not None and not told
        if not bare or r.elements is None:
            continue
        left, right = ([*walk(e.node)] if e.node is not None else [] for e in r.elements)
        named = any(isinstance(n, (Sym, Apply)) for n in (*left, *right))
        if named and (id(r.elements[0]) not in behind or _brings(judge, left, right)):
            r.word, r.reason = "undecided", AS_READ


def _brings(judge: Judge, left: list[Node], right: list[Node]) -> bool:
    """Whether the right side rests on a definition that the left one does not rest on."""
    return not set(reached(judge, right)) - set(right) <= set(reached(judge, left))
