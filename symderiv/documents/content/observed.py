"""What looks like a definition and is none: a model of what is observed, ``y = a + b x + e``, beside
``\\hat y``; names that are equal in one case, ``\\mu_1 = \\mu_2``.

Input: a name and what it is said to be.  Output: whether it is no function of what stands there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Add, Node, Sym

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: Names of what a model leaves to chance.
NOISE = frozenset(("epsilon", "varepsilon", "eta", "xi", "nu", "e", "u"))
#: Those that are rarely anything else.
_ALWAYS = frozenset(("epsilon", "varepsilon", "e"))
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
