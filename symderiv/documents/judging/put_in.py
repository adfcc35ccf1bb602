"""Values that stand for names: numbers that are put in, and names that are given values anew.

Input: a book and a row that is refuted as it stands.  Output: the name that it is, or whether there is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.folding import alike
from symderiv.documents.meaning.closure import DELTAS
from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Deriv,
    Fn,
    Matrix,
    Neg,
    Node,
    Number,
    Sym,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.text.rows import Element


#: Words that tell cases apart.
_CASE = re.compile(r"\bcase\b", re.IGNORECASE)


def is_data(book: Book, a: Element, b: Element) -> str:
    """The name in ``\\frac{dz}{dw} = x = 2`` that nothing defines, and that a number is put in for; or that a
    decimal is, ``p_1 = 0.5``."""
    for x, y in ((a.node, b.node), (b.node, a.node)):
        value = y.body if isinstance(y, Neg) else y
        if not (isinstance(x, Sym) and isinstance(value, Number)):
            continue
        if value.places or not book.arities(book.usage.split(x)[0]):
            return "" if x.primes or x.base in DELTAS else x.base
    return ""


def sums_data(_: Book, a: Element, b: Element) -> bool:
    """``\\sum_{i=1}^5 (x_i - 1) = 15``: so many entries of what the other side does not name."""
    for x, y in ((a.node, b.node), (b.node, a.node)):
        there = {n.base for n in walk(y) if isinstance(n, Sym)} if y is not None else set()
        for big in walk(x) if x is not None else ():
            if isinstance(big, Big) and big.upper.isdigit() and int(big.upper) > 1:
                marked = (n for n in walk(big) if isinstance(n, Sym) and n.sub)
                data = {n.base for n in marked if n.sub[-1].text in big.letters}
                if data and not data & there and any(isinstance(n, Number) for n in walk(y or big)):
                    return True
    return False


def counts_terms(_: Book, a: Element, b: Element) -> bool:
    """``\\sum_{i=1}^4 (x_i - 1) = \\sum_{i=1}^4 x_i - 4``: a number beside a sum of so many terms."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.node)]
    counts = {int(n.upper) for n in nodes if isinstance(n, Big) and n.upper.isdigit()} - {1}
    return any(isinstance(n, Number) and n.value in counts for n in nodes)


def is_entry_of_numbers(book: Book, a: Element, b: Element) -> str:
    """The name in ``-y_2 \\log p_2 = -\\log p_2``, where the text says that y is ``(0, 1, 0)``, or beside
    decimals."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.node)]
    decimals = any(isinstance(n, Number) and n.places for n in nodes)
    syms = [n for n in nodes if isinstance(n, Sym)]
    names = {n.base for n in syms if decimals or [m.kind for m in n.sub] == ["number"]}
    every = (s for f in book.formulas for r in f.rows for s in r.statements) if names else ()
    for s in (s for s in every if len(s.elements) == 2):
        head, table = (e.written or e.node for e in s.elements)
        if isinstance(head, Sym) and head.base in names and not head.sub and isinstance(table, Matrix):
            shown = [x for row in table.rows for x in row if x is not None]
            if len(shown) > 1 and all(isinstance(x, Number) for x in shown):
                return head.base
    return ""


def is_list_of_numbers(_: Book, a: Element, b: Element) -> bool:
    """``e^z = [e^2, e^1]``: a list of numbers, beside a side with names."""
    for one, two in ((a.written or a.node, b.written or b.node), (b.written or b.node, a.written or a.node)):
        shown = [x for row in one.rows for x in row if x is not None] if isinstance(one, Matrix) else []
        named = any(isinstance(n, (Sym, Apply)) for x in shown for n in walk(x))
        if len(shown) > 1 and not named and two is not None and any(isinstance(n, Sym) for n in walk(two)):
            return True
    return False


def is_given_anew(book: Book, a: Element, b: Element) -> str:
    """The name that has another value in another example, ``a = \\sigma(0)`` and ``a = \\sigma(1)``, or in
    another case, or is a function of what it was before: ``y = w x + c``, then ``y = \\sigma(w x + c)``."""
    f = book.formula_at(a.at)
    if a.node is None or b.node is None or f is None:
        return ""
    if isinstance(b.node, Number) and b.node.places and (name := _is_measured_anew(book, a)):
        return name
    if not isinstance(a.node, Sym):
        return ""
    key, marks = book.usage.split(a.node)
    number = isinstance(b.node, Number)
    for d in (d for d in book.definitions.get((key, len(marks)), []) if d.at < a.at):
        both = (d.body, b.node)
        anew = f.section != d.section  # of another part of an exercise
        anew = anew or any(isinstance(n, Apply) for x in both for n in walk(x)) or not number
        inner = b.node.args if isinstance(b.node, Apply | Fn) else ()
        wrapped = len(inner) == 1 and alike(inner[0]) == alike(d.body)
        if wrapped or (anew and _is_of_numbers(b.node)) or _are_cases(book, d.at, a.at):
            return key
    return ""


def _is_measured_anew(book: Book, a: Element) -> str:
    """What has another decimal in another row: ``\\sigma(z) = 0.6``, then ``\\sigma(z) = 0.7``."""
    for s in (s for f in book.formulas for r in f.rows for s in r.statements):
        for x, y in pairwise(s.elements):
            if x.at < a.at and x.node == a.node and isinstance(y.node, Number) and y.node.places:
                return "its value"
    return ""


def _are_cases(book: Book, *places: int) -> bool:
    """Whether formulas stand in cases that the text tells apart: "Case 1", rows of a table."""
    lines = [book.source.raw[:at].rpartition("\n")[2] for at in places]
    if all(line.lstrip().startswith("|") for line in lines):
        return True
    formulas = [book.formula_at(at) for at in places]
    before = [f"{f.heading} {book.source.raw[max(f.item.at - 400, 0) : f.item.at]}" for f in formulas if f]
    return all(_CASE.search(x) for x in before)


#: What a clause begins with that says when the formula behind it holds.
_WHEN = re.compile(
    r"[\W\d_]*(?:if|when|whenever|suppose|wenn|falls|ist|angenommen|si|lorsque|quand|supposons|cuando|se|quando|caso|"
    r"если|когда|при|若|如果|当|當|假设|もし|만약)(?:\b|(?<=[^\x00-\x7f]))",
    re.IGNORECASE,
)
#: What says that something is taken otherwise than before.
_ANOTHER = re.compile(
    r"\b(?:another|other|different|instead|alternativ\w*|andere[nrsm]?|stattdessen|autres?|plutôt|otr[oa]s?|outr[oa]s?|"
    r"altr[oaie]|друг\w+)\b|另一|另外|换成|改为|別の|다른"
)
#: How far before a formula its clause is looked for.
_REACH = 300


def is_of_other_case(book: Book, a: Element, b: Element) -> str:
    """The name in a row under "If $u$ is decreasing, ..." that is said elsewhere, under "If $u$ is
    increasing, ...", what it is."""
    own = _clause(book, a.at)
    if not own:
        return ""
    for n in (n for e in (a, b) if e.node is not None for n in walk(e.node)):
        head = n.head if isinstance(n, Apply) else n
        if not isinstance(head, Sym):
            continue
        key, marks = book.usage.split(head)
        named = [(f"{head.base}({n.opaque})", 0)] if isinstance(n, Apply) and n.opaque else []
        for name in (*named, (key, len(marks))):
            other = [_clause(book, d.at) for d in book.definitions.get(name, []) if d.at < a.at]
            if any(x and x != own for x in other):
                return head.base
    return ""


def is_chosen_otherwise(book: Book, a: Element, _: Element) -> str:
    """The v of ``v' = 2x`` behind "with another choice, namely"."""
    head = a.node.head if isinstance(a.node, Apply) else a.node
    f = book.formula_at(a.at)
    if not isinstance(head, Sym) or not head.primes or f is None:
        return ""
    return head.base if _ANOTHER.search(f.before[-_REACH:].rpartition("\n\n")[2].lower()) else ""


def _clause(book: Book, at: int) -> str:
    """The clause before a formula, where it says when the formula holds."""
    f = book.formula_at(at)
    before = book.source.raw[max(f.item.at - _REACH, 0) : f.item.at] if f is not None else ""
    last = re.split(r"\n\s*\n|[.;!?](?=\s)|。", before.rstrip("$ \n\\["))[-1]
    return " ".join(last.split()) if _WHEN.match(last) else ""


def _is_of_numbers(node: Node) -> bool:
    """Whether all names of a term are functions of numbers: ``\\sigma(1)``."""
    heads = {id(n.head) for n in walk(node) if isinstance(n, Apply)}
    return all(id(n) in heads for n in walk(node) if isinstance(n, Sym))


def is_solution(book: Book, a: Element, b: Element) -> str:
    """The name in a row that a function was differentiated by before, and that is told behind that in
    numbers and other such names: ``K = L/4``, where the derivatives by K and by L are in a proportion."""
    by = _first_by(book)
    for n in (n for e in (a, b) if e.node is not None for n in walk(e.node) if isinstance(n, Sym)):
        key, marks = book.usage.split(n)
        for d in book.definitions.get((key, 0), []) if key in by and not marks else ():
            nodes = [*walk(d.body)]
            told = {book.usage.split(x) for x in nodes if isinstance(x, Sym)}
            plain = all(k in by and not own for k, own in told)
            if d.at > by[key] and plain and not any(isinstance(x, (Apply, Fn)) for x in nodes):
                return n.base
    return ""


def _first_by(book: Book) -> dict[str, int]:
    """Where each name is first differentiated by."""
    found: dict[str, int] = {}
    for e in (e for f in book.formulas for r in f.rows for s in r.statements for e in s.elements):
        for n in walk(e.node) if e.node is not None else ():
            for t in n.targets if isinstance(n, Deriv) else ():
                if isinstance(t, Sym):
                    found.setdefault(book.usage.split(t)[0], n.at)
    return found


def is_model_of_data(book: Book, a: Element, b: Element) -> str:
    """The y of ``(y - \\hat y)^2`` that is defined, ``y = w x + c``, where \\hat y is not."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.node)]
    found = {(key, len(marks)) for n in nodes if isinstance(n, Sym) for key, marks in [book.usage.split(n)]}
    known = book.definitions
    for key, count in sorted(found):
        if (f"{key}_hat", count) in found - known.keys() and (key, count) in known:
            return key
    return ""


def is_told_in_prose(book: Book, a: Element, b: Element) -> str:
    """The u that no formula defines, and the text between these does: "With u = exp(a) + 1"."""
    nodes = [n for e in (a, b) if e.node is not None for n in walk(e.node) if isinstance(n, Sym)]
    names = {n.base for n in nodes if not (n.sub or n.sup or n.primes or book.arities(n.base))}
    found, done = [], 0
    for f in book.formulas if names else ():
        found.append(book.source.raw[done : max(f.item.at, done)])
        done = max(f.item.at + len(f.item.text), done)
    prose = "\n".join([*found, book.source.raw[done:]])
    told = (x for x in sorted(names) if re.search(rf"(?<![\w$\\^{{]){re.escape(x)}\s*=\s*[A-Za-z(]", prose))
    return next(told, "")


def is_posed_elsewhere(book: Book, a: Element, b: Element) -> str:
    """The f of ``f(0) = -3``, in another section than the one that says what f is: of one to be found."""
    value = b.node.body if isinstance(b.node, Neg) else b.node
    if not (isinstance(a.node, Apply) and isinstance(value, Number)):
        return ""
    numbers = (x.body if isinstance(x, Neg) else x for x in a.node.args)
    found = (
        book.find(*_keyed(book, a.node.head), a.at) if all(isinstance(x, Number) for x in numbers) else None
    )
    return a.node.head.base if found is not None and found.section != book.section_at(a.at) else ""


def _keyed(book: Book, head: Sym) -> tuple[str, int]:
    key, marks = book.usage.split(replace(head, primes=0))
    return key, len(marks)
