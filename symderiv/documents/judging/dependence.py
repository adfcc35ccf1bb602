"""What a document says of a name that nothing defines by its derivatives:
``\\partial\\mu/\\partial x_i = 1/m`` says that mu depends on x.

Input: a book.  Output: for the key of what derivatives are by, the keys of such names.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.text.syntax import Big, Deriv, Mul, Node, Sym, children, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book


def told(book: Book) -> dict[str, set[str]]:
    """Names that are differentiated, with what they are differentiated by."""
    found: dict[str, set[str]] = {}
    split = book.usage.split
    for e in elements_of(book.formulas):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Deriv) and isinstance(n.body, Sym) and not book.arities(split(n.body)[0]):
                for t in n.targets:
                    if isinstance(t, Sym) and split(t)[0] != split(n.body)[0]:
                        found.setdefault(split(t)[0], set()).add(split(n.body)[0])
    return found


def chain_letters(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """The letters that a product of derivatives goes along without a sum: that of
    ``\\partial f/\\partial x_i \\cdot \\partial x_i/\\partial m``, and k of
    ``\\delta_{ik} \\partial x_k/\\partial m``."""
    found: set[str] = set()
    if isinstance(node, Big):
        bound |= frozenset(node.letters)
    if isinstance(node, Mul):
        factors = [n for f in node.factors for n in (f.factors if isinstance(f, Mul) else (f,))]
        slopes = [f for f in factors if isinstance(f, Deriv)]
        for one, two in pairwise(slopes):
            if two.body is not None and two.body in one.targets and isinstance(two.body, Sym):
                found |= {m.text for m in two.body.sub if m.kind == "letter"} - bound
            elif two.body is not None and not isinstance(two.body, Sym):  # what x_i is stands in its place
                names = [n for n in walk(two.body) if isinstance(n, Sym)]
                own, inner = ({m.text for n in x if isinstance(n, Sym) for m in n.sub if m.kind == "letter"}
                              for x in (one.targets, names))  # fmt: skip
                found |= (own & inner) - bound
        deltas = [f for f in factors if isinstance(f, Sym) and f.base == "delta" and len(f.sub) == 2]
        bodies = {m for f in slopes if isinstance(f.body, Sym) for m in f.body.sub}
        found |= {m.text for f in deltas for m in f.sub if m in bodies and m.kind == "letter"} - bound
    for n in children(node):
        found |= chain_letters(n, bound)
    return found
