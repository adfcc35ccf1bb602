"""Names such as ``dW``: once one of them is said to be a derivative, the others are derivatives as well.

``dz = \\partial L / \\partial z`` says what the sign means; ``dW = dz\\, x^T`` is then a claim about
``\\partial L / \\partial W``, not a definition.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.defining import Definition
from symderiv.documents.syntax import Deriv, Div, Node, Number, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.book import Book


def gradients(book: Book) -> None:
    """Add the definitions that such names have by the sense of one of them."""
    losses: dict[str, Node] = {}
    for versions in book.definitions.values():
        name, body = versions[0].name, versions[0].body
        if not (isinstance(name, Sym) and isinstance(body, Deriv) and body.kind == "partial"):
            continue
        if len(body.targets) == 1 and isinstance(body.targets[0], Sym) and isinstance(body.body, Sym):
            sign = name.base.removesuffix(body.targets[0].base)
            if sign in ("d", "delta", "Delta") and sign != name.base:
                losses.setdefault(sign, body.body)
    for key, versions in list(book.definitions.items()):
        first = versions[0]
        for sign, loss in losses.items():
            if not isinstance(first.name, Sym) or not first.name.base.startswith(sign):
                continue
            base = first.name.base.removeprefix(sign)
            known = base in {b for b, _ in book.usage.indexed} or base in book.usage.bases
            if not base or isinstance(first.body, Deriv) or not known:
                continue
            target = replace(first.name, base=base)
            made = replace(first, body=Deriv("partial", loss, (target,)), link=(-1, -1), implied=True)
            for d in versions:
                d.version, d.active, d.implied = d.version + 1, False, True
            book.definitions[key] = [made, *versions]


def has_mean(d: Definition) -> bool:
    """Whether a definition has a factor 1/m: then the others may be of one example only."""
    parts = [n for n in walk(d.body) if isinstance(n, Div)]
    return any(isinstance(n.top, Number) and isinstance(n.bottom, Sym) for n in parts)
