"""Equations that are to be solved: a derivative that is set to zero, and what comes out of it.

Input: the formulas and definitions of a book.  ``x = ...`` behind ``f'(x) = ... = 0`` is no definition of the
x before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from symderiv.documents.text.rows import Element, Statement
from symderiv.documents.text.syntax import Apply, Deriv, Node, Number, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.definition import Definition
    from symderiv.documents.content.formulas import Formula


#: Words that set something to zero, and what comes of it.
TO_SOLVE = re.compile(
    r"\b(?:(?<!data )(?<!training )(?<!test )(?<!dev )(?<!validation )sett?(?:ing|s)?(?! of\b)|"
    r"equat(?:e|ing)|solv(?:e|es|ing)|optim(?:um|al)|stationary|"
    r"find(?:ing)? (?:(?:the|a|its|all) )?(?:\w+ )?(?:maxim|minim|extrem|root|zero|critical|inflection)\w*|"
    r"minimi[sz]er?|vanish(?:es)?|to zero|require|"
    r"setzen?|nullsetzen|gleich null|löse[nt]?|igual(?:a(?:r|ndo|mos)|e|o)|annul(?:e|ant|er)|résou\w+|"
    r"resolv\w+|despej\w+)\b|"
    r"[令设設][^。]{0,80}?(?:[=＝为為]|等于|等於)\s*(?:0|零)|求解|解得|極値|极值|最优解|解\s*$|"
    r"(?:0|ゼロ|零)\s*と(?:お|置)|を解|0으로|풀면"
)


def is_slope(element: Element | None) -> bool:
    """Whether a side is a derivative, and nothing else: in d's, a nabla, or a prime."""
    if element is None:
        return False
    tree = element.written or element.node
    head = getattr(tree, "head", tree)
    if isinstance(head, Sym) and (head.primes or head.base.startswith("nabla")):
        return True
    return isinstance(tree, Deriv) or any(t.text == "nabla" for t in element.tokens[:1])


def zero_last(statement: Statement) -> None:
    """``\\frac{dM}{dp} = 0 = \\frac{n}{p} - x``: what the derivative is, and that it is set to zero."""
    sides, signs = statement.elements, statement.relations
    middle = [e for e in sides[1:-1] if is_zero(e.node)]
    if len(middle) == 1 and set(signs[1:]) == {"="} and is_slope(sides[0]):
        statement.elements = [e for e in sides if e is not middle[0]] + middle


#: Words right before a derivative that is set to zero.
_SETS = re.compile(
    r"(?:\b(?:set|sett?ing|let|letting|put|putting|solv\w+|sei|setze\w*|posons|igual\w+|hacemos|ponendo)\b|"
    r"[令设設让使])[^.;。]{0,40}$"
)


def sets_to_zero(f: Formula, s: Statement) -> bool:
    """Whether a formula in the text says that a derivative is to be zero: "set $f'(x) = 0$"."""
    if f.item.display or s.leading or s.relations != ["", "="]:
        return False
    said = _SETS.search(f.before.rpartition("@")[2].lower()) is not None
    return said and is_slope(s.elements[0]) and is_zero(s.elements[1].node)


def is_stationary(chain: Sequence[Element]) -> bool:
    """Whether a row says only that derivatives of numbers are 0, ``\\partial J / \\partial w = 0``,
    ``0 = J'(w)``: it asks where."""
    rest = [e for e in chain if not is_zero(e.node)]
    return len(rest) == len(chain) - 1 and all(map(_is_slope_of_number, rest))


def _is_slope_of_number(e: Element) -> bool:
    slope = e.written or e.node
    if isinstance(slope, Apply) and slope.head.primes == 1:
        return not (slope.sub or slope.head.sub or slope.head.sup)
    body = slope.body if isinstance(slope, Deriv) else None
    head = body.head if isinstance(body, Apply) and not body.sub else body
    return isinstance(head, Sym) and not (head.sub or head.sup or head.primes)


def is_zero(node: Node | None) -> bool:
    """Whether a side is 0."""
    return isinstance(node, Number) and not node.value


def is_named(book: Book, node: Node | None) -> bool:
    """Whether a side is a name, a value of a function, or a derivative: what such an equation is not."""
    if isinstance(node, Apply):  # k(1 - p) is a product
        key = book.usage.split(node.head)[0]
        known = [d for n in book.arities(key) for d in book.definitions[key, n]]
        return bool(node.opaque or node.head.primes or any(d.params for d in known))
    return node is None or isinstance(node, (Sym, Deriv, Number))


def zeroed(formulas: list[Formula]) -> Iterator[tuple[Formula, list[Element]]]:
    """The chains, over the rows that go on one, that begin with a derivative and end in "= 0"."""
    chain: list[Element] = []
    for f in formulas:
        for row in f.rows:
            for s in row.statements:
                if not s.leading:
                    chain = []
                chain += s.elements
                if _ends(s) and is_slope(chain[0]):
                    yield f, list(chain)


def _ends(s: Statement) -> bool:
    last = s.elements[-1]
    return bool(s.relations) and (s.relations[-1] == "=" or _demanded(s)) and is_zero(last.node)


def _demanded(s: Statement) -> bool:
    return s.relations[-1] == "->"


def solutions(book: Book) -> None:
    """Mark the definitions that solve such an equation: they say nothing of the rows before them."""
    for f, chain in zeroed(book.formulas):
        names = {
            book.usage.split(n)[0]
            for e in chain
            for x in (e.written, e.node)
            if x is not None
            for n in walk(x)
            if isinstance(n, Sym)
        }
        at = chain[-1].at
        for (key, _), versions in book.definitions.items():
            for d in versions:
                if key in names and not d.params and d.at > at and d.section == f.section:
                    d.solution = not _is_let(book, d)
    for f in book.formulas:
        if TO_SOLVE.search(f.before.lower()[-160:]):
            own = {id(e) for r in f.rows for s in r.statements for e in s.elements}
            for (key, _), versions in book.definitions.items():
                for d in versions:
                    d.solution = d.solution or (d.link[0] in own and _is_sought(book, f, key))


#: A sign that only defines, behind the name; and the word before it.
_LET = re.compile(r"[^=]{0,40}(?::=|\\coloneqq?\b|\\triangleq|≔)")
_WHERE = re.compile(r"\b(?:where|wobei|où|donde|onde)\W*$|其中\W*$")


def _is_let(book: Book, d: Definition) -> bool:
    """Whether the text says what a name is, ``N_k := \\sum_i \\gamma_{ik}``, "where N_k = ..."."""
    f = book.formula_at(d.at)
    said = f is not None and _WHERE.search(f.before.lower()) is not None
    return said or _LET.match(book.source.raw[d.at :]) is not None


def _is_sought(book: Book, f: Formula, key: str) -> bool:
    """Whether a derivative by a name stands before a formula of the same section."""
    return any(
        isinstance(t, Sym) and book.usage.split(t)[0] == key
        for g in book.formulas
        if g.section == f.section and g.item.at < f.item.at
        for r in g.rows
        for s in r.statements
        for e in s.elements
        for n in (walk(e.written or e.node) if e.node is not None else ())
        if isinstance(n, Deriv)
        for t in n.targets
    )
