"""What looks like a definition and is none: a model of what is observed, ``y = a + b x + e``, beside
``\\hat y``; names that are equal in one case, ``\\mu_1 = \\mu_2``.

Input: a name and what it is said to be.  Output: whether it is no function of what stands there.  Of a book
with its definitions: what is set is that those of lines that are fitted are none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Add, Neg, Node, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: Names of what a model leaves to chance.
NOISE = frozenset(("epsilon", "varepsilon", "eta", "xi", "nu", "e", "u"))
#: Those that are rarely anything else.
_ALWAYS = frozenset(("epsilon", "varepsilon", "e"))
#: What is fitted.
_FITTED = re.compile(r"\b(?:line|curve|parabola|plane|polynomial|model)\b", re.IGNORECASE)
#: Words for what is left to chance.
_OF_CHANCE = re.compile(
    r"\b(?:error terms?|noise|disturbance|likelihood|residuals?)\b|\\mathcal\s*\{?\s*N", re.I
)


def is_observed(book: Book, key: str, body: Node) -> bool:
    """Whether what a name is ends with noise, and the text speaks of noise or of a likelihood; or, where the
    noise has no index, the name stands with a hat elsewhere (e may be a residual, which is computed)."""
    last = body.terms[-1] if isinstance(body, Add) else None
    if not isinstance(last, Sym) or last.base not in _ALWAYS or last.primes:
        return False
    beside = not (last.sub or last.sup) and any(k == f"{key}_hat" for k, _ in book.usage.carried)
    return beside or (last.base != "e" and _OF_CHANCE.search(book.source.text) is not None)


def are_like(one: Node | None, two: Node | None) -> bool:
    """Whether two names are one with two numbers: ``\\mu_1 = \\mu_2``."""
    if not (isinstance(one, Sym) and isinstance(two, Sym) and one.base == two.base):
        return False
    marks = [m for n in (one, two) for m in n.sub]
    return len(marks) == 2 and all(m.kind == "number" for m in marks) and not (one.primes or two.primes)


def fitted(book: Book) -> None:
    """Forget definitions of what is observed by a line that the words say is fitted to it: ``y = a x + b``,
    beside ``\\sum_i (a x_i + b - y_i)^2``."""
    bodies = [(d, n) for versions in book.definitions.values() for d in versions for n in walk(d.body)]
    sums = [(d, n) for d, n in bodies if isinstance(n, Add)]
    for name, versions in list(book.definitions.items()):
        d = versions[0]
        f = book.formula_at(d.at)
        said = f is not None and not f.item.display and _FITTED.search(f.before[-60:]) is not None
        if len(versions) > 1 or d.params or not isinstance(d.name, Sym) or not said:
            continue
        line = _bare(d.body)
        if any(_leaves(n, d.name.base) in (line, Neg(line)) for own, n in sums if own is not d):
            del book.definitions[name]


def _leaves(whole: Add, base: str) -> Node | None:
    """What is left of a sum without an entry of a name, and without indices; None where it has none."""
    for k, t in enumerate(whole.terms):
        entry = t.body if isinstance(t, Neg) else t
        if isinstance(entry, Sym) and entry.base == base and len(entry.sub) + len(entry.sup) == 1:
            rest = [_bare(x) for n, x in enumerate(whole.terms) if n != k]
            if not isinstance(t, Neg):
                rest = [x.body if isinstance(x, Neg) else Neg(x) for x in rest]
            return rest[0] if len(rest) == 1 else Add(tuple(rest))
    return None


def _bare(node: Node) -> Node:
    """A term without the letters below and above its names."""
    if isinstance(node, Sym):
        kept = (tuple(m for m in marks if m.kind != "letter") for marks in (node.sub, node.sup))
        sub, sup = kept
        return replace(node, sub=sub, sup=sup)
    return map_nodes(node, _bare)
