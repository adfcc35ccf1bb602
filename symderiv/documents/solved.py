"""What is said to solve a derivative that is set to zero, put into it.

Input: the judge of a book and a definition behind such an equation.  Output: what the equation comes to, or
nothing where it has other unknowns, or where none of the equations is by this name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.documents.defining import Definition
from symderiv.documents.latex import Unread
from symderiv.documents.outcomes import Outcome
from symderiv.documents.reading import Reading
from symderiv.documents.rows import Element
from symderiv.documents.solving import zeroed
from symderiv.documents.syntax import Apply, Deriv, Node, Sym, walk
from symderiv.documents.vectors import pairs_of

if TYPE_CHECKING:
    from symderiv.documents.restated import Restated


#: What is said of a row that is no solution.
UNSOLVED = "it does not solve the equation before it"


def solves(judge: Restated, d: Definition, apart: set[str]) -> Outcome | None:
    """The outcome of the equation by a name with its solution in it: refuted only in every reading, and not
    where it rests on a name of ``apart``, whose own solution is none."""
    book = judge.book
    for f, chain in zeroed(book.formulas):
        if f.section != d.section or chain[-1].at > d.at or len(chain) < 3 or not _by(judge, chain[0], d):
            continue
        body, zero = chain[-2:]
        if body.node is None or body.error is not None or isinstance(body.node, Deriv):
            continue
        nodes = list(walk(body.node))
        names = {book.usage.split(n)[0] for n in nodes if isinstance(n, Sym)}
        if names & apart or not _inputs(judge, nodes) - {d.key} <= judge.roots(d) | {d.key}:
            return None
        try:
            pairs = pairs_of(body, zero)
        except Unread:
            return None
        found: Outcome | None = None
        for assume in ([], *([text] for text, _ in judge.hypotheses(nodes))):
            made = judge.best(pairs, d.at, Reading(), [], assume, set())
            if made.word == "proved":
                return made
            if found is None or made.word != "refuted" or made.weak:
                found = made
        return found
    return None


def _by(judge: Restated, first: Element, d: Definition) -> bool:
    """Whether a derivative is by the name that is defined."""
    node = first.written or first.node
    if isinstance(node, Deriv):
        targets = [judge.book.usage.split(t)[0] for t in node.targets if isinstance(t, Sym)]
        return targets == [d.key]
    head = node.head if isinstance(node, Apply) else None
    if isinstance(node, Apply) and head is not None and head.primes and len(node.args) == 1:
        arg = node.args[0]
        return isinstance(arg, Sym) and judge.book.usage.split(arg)[0] == d.key
    return False


def _inputs(judge: Restated, nodes: list[Node]) -> set[str]:
    """The names of a side that nothing defines, through those that something does."""
    usage = judge.book.usage
    names = {usage.split(n)[0] for n in judge.with_definitions(nodes) if isinstance(n, Sym)}
    return {
        x for x in names if not judge.book.arities(x) and x not in usage.sizes and x not in ("delta", "Sum")
    }
