"""Distributions that nothing defines, by a parameter that derivatives are by: ``p(x | \\theta)``.

Input: a book with its definitions.  What is set: such a one as ``e^{c + \\sum_k g_k \\theta_k}``, with any c
and g: its value is any positive number, and its gradient any vector, so that an identity between these holds
for it where it always does.  A row that is false of it is not called wrong: the values may add up to 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.text.syntax import Add, Apply, Big, Deriv, Fn, Mark, Mul, Node, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: What is said of one.
ANY = " is any"
_INNER = Mark("letter", "in77")
#: What stands between the name and its arguments, where the parameter stands below it.
_HEAD = 24


def any_densities(book: Book) -> None:
    """Define them, where no second derivative is taken."""
    nodes = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    slopes = [n for n in nodes if isinstance(n, Deriv)]
    inner = (n for d in slopes if d.body is not None for n in walk(d.body))
    twice = any(len(d.targets) > 1 or d.kind == "hessian" for d in slopes)
    if twice or any(isinstance(n, Deriv) for n in inner):
        return
    by = {
        t
        for d in slopes
        for t in d.targets
        if isinstance(t, Sym) and not book.arities(book.usage.split(t)[0])
    }
    by = {t for t in by if len(book.usage.split(t)[1]) < 2 and not t.primes}
    bound = {x for n in nodes if isinstance(n, Big) for x in n.letters}
    told = {key.partition("(")[0] for key, _ in book.definitions if "(" in key}
    for n in dict.fromkeys(n for n in nodes if isinstance(n, Apply) and n.opaque and not n.head.primes):
        target = next((t for t in by if _depends(book, n, t)), None)
        if target is not None and n.head.base not in told | {"factorial"}:
            alone = dict.fromkeys(re.findall(r"(?<![A-Za-z\\_])[a-z](?![A-Za-z_])", n.opaque))
            for letters in ((), tuple(x for x in alone if x in bound)):
                _define(book, f"{n.head.base}({n.opaque})", letters, target)


def _is_parameter(book: Book, t: Sym) -> bool:
    """Whether a name is a number or a vector that nothing defines, of which there is one: no old theta, which
    another distribution is by."""
    key, marks = book.usage.split(t)
    other = re.search(rf"_\{{?\s*\\?{re.escape(t.base)}\s*(?:[_^\']|\\prime|\\text|\\old)", book.source.raw)
    return len(marks) < 2 and not (t.primes or book.arities(key) or other)


def _depends(book: Book, n: Apply, target: Sym) -> bool:
    """Whether the text says that something is by a parameter: ``p(x | \\theta)``, ``\\pi_\\theta(a | s)``."""
    name = re.escape(target.base)
    if book.usage.split(target)[1] and re.search(rf"(?<![A-Za-z]){name}\s*_\s*\{{?[a-z]", n.opaque):
        return False  # p(x_i | \mu_k), by the entry alone
    given = re.search(rf"[|;].*\\?(?<![A-Za-z]){name}(?![A-Za-z])", n.opaque)
    head = book.source.raw[n.at : n.at + _HEAD].partition("(")[0]
    return bool(given or re.search(rf"_\{{?\\?{name}(?![A-Za-z])", head))


def _define(book: Book, key: str, letters: tuple[str, ...], target: Sym) -> None:
    if (key, len(letters)) in book.definitions:
        return
    number = len(book.definitions)
    places = tuple(Mark("letter", x) for x in letters)
    book.usage.letters.update((*letters, _INNER.text))
    vector = bool(book.usage.split(target)[1])
    index = (_INNER,) if vector else ()
    parameter = Sym(target.base, index if vector else target.sub, style=target.style)
    slope: Node = Mul((Sym(f"slope{number}", (*places, *index), style="word"), parameter))
    slope = Big("sum", (_INNER.text,), "", "", (), slope) if vector else slope
    body = Fn("exp", (Add((Sym(f"value{number}", places, style="word"), slope)),))
    book.definitions[key, len(letters)] = [
        Definition(key, letters, (), body, 0, 0, 0, (-1, -1), None, example=True)
    ]
