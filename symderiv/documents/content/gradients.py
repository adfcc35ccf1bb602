"""Names such as ``dW``: once one of them is said to be a derivative, the others are derivatives as well.

``dz = \\partial L / \\partial z`` says what the sign means; ``dW = dz\\, x^T`` is then a claim about
``\\partial L / \\partial W``, not a definition.  Where nothing says it, the sign before several of the
document's own names says it by itself: the rows then have to hold in that sense, most of them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.content.heads import head_of
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Deriv,
    Div,
    Fn,
    Mark,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    walk,
)
from symderiv.documents.usage.nablas import SIGN, SLOPE

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: What losses are called.
LOSSES = frozenset("L J C E ell loss Loss cost Cost".split())
_SIGNS = ("delta", "Delta", SIGN, SLOPE, "d")


def gradients(book: Book) -> None:
    """Add the definitions that such names have by the sense of one of them."""
    losses: dict[str, Node] = {}
    for versions in book.definitions.values():
        name, body = versions[0].name, versions[0].body
        if not (isinstance(name, Sym) and isinstance(body, Deriv) and body.kind == "partial"):
            continue
        if len(body.targets) == 1 and isinstance(body.targets[0], Sym) and isinstance(body.body, Sym):
            sign = name.base.removesuffix(body.targets[0].base)
            if sign in _SIGNS and sign != name.base:
                losses.setdefault(sign, _number(book, body.body))
    implied = {x for x in _SIGNS if x not in losses and len(_signed(book, x)) > 1}
    losses |= {x: _unstated_loss(book) for x in sorted(implied)}
    for sign in [x for x in losses if _carried(book, x)]:
        del losses[sign]
    computed = _computed(book, implied)
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
            wanted, marks = book.usage.split(target)
            if sign in implied and (wanted, len(marks)) not in computed:
                continue  # nothing that is defined leads to it
            made = replace(first, body=Deriv("partial", loss, (target,)), link=(-1, -1), implied=True)
            made.net = _net(book, target, made) if sign in implied else None
            for d in versions:
                d.version, d.active, d.implied = d.version + 1, False, True
                d.sure = sign == SIGN
            book.definitions[key] = [made, *versions]
    for sign in sorted(losses):
        _named_only(book, sign, losses[sign])


def _carried(book: Book, sign: str) -> bool:
    """Whether the next step's gradient is carried under a name of its own, ``dh_t = dy_t W + dh_{next}``: the
    loss of one step, as it is written, does not lead to it."""
    for name, d in ((v[0].name, d) for v in book.definitions.values() for d in v):
        if isinstance(name, Sym) and name.base.startswith(sign):
            own = book.usage.split(name)[0]
            others = (n for n in walk(d.body) if isinstance(n, Sym) and n.base == name.base)
            if any(book.usage.split(n)[0] != own and any(m.kind == "word" for m in n.sub) for n in others):
                return True
    return False


def _computed(book: Book, signs: set[str]) -> set[tuple[str, int]]:
    """The names that are defined, and those that the definitions of what has no sign are made of."""
    found = set(book.definitions)
    for versions in book.definitions.values():
        name = versions[0].name
        if not (isinstance(name, Sym) and name.base.startswith(tuple(signs))):
            names = (book.usage.split(n) for d in versions for n in walk(d.body) if isinstance(n, Sym))
            found |= {(key, len(marks)) for key, marks in names}
    return found


def _signed(book: Book, sign: str) -> set[str]:
    """The names that the document defines, and defines again with a sign before them."""
    names = [v[0].name for v in book.definitions.values()]
    heads = {book.usage.split(n)[0] for n in names if isinstance(n, Sym)}
    return {x for x in heads if sign + x in heads}


def _number(book: Book, loss: Sym) -> Node:
    """A loss as a number: the sum of its entries where it is written for each of them."""
    key, marks = book.usage.split(loss)
    if marks or book.arities(key) != [1]:
        return loss
    book.usage.letters.add("in0")
    entry = replace(loss, sub=(*loss.sub, Mark("letter", "in0")))
    return Big("sum", ("in0",), "", "", (), entry)


def _unstated_loss(book: Book) -> Node:
    """What nothing defines and the document differentiates; else the loss that it defines, or a name of its
    own."""
    for e in elements_of(book.formulas):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Deriv) and n.kind == "partial" and isinstance(n.body, Sym):
                key, marks = book.usage.split(n.body)
                if not marks and not n.body.primes and not book.arities(key):
                    return n.body
    used = {n.base for v in book.definitions.values() for d in v for n in walk(d.body) if isinstance(n, Sym)}
    names = (v[0].name for (_, arity), v in book.definitions.items() if arity < 2)
    losses = [n for n in names if isinstance(n, Sym) and n.base in LOSSES and n.base not in used]
    return _number(book, replace(losses[0], sub=())) if len(losses) == 1 else Sym("loss", style="word")


def _named_only(book: Book, sign: str, loss: Node) -> None:
    """Such names of what the document defines that no row defines: ``\\delta h`` in that of ``\\delta c``."""
    for e in elements_of(book.formulas):
        for n in walk(e.node) if e.node is not None else ():
            if not isinstance(n, Sym) or not n.base.startswith(sign):
                continue
            target = replace(n, base=n.base.removeprefix(sign))
            head = head_of(book, n) if target.base else None
            wanted, marks = book.usage.split(target)
            if head is None or (wanted, len(marks)) not in book.definitions:
                continue
            key, letters, _ = head
            if (key, len(letters)) not in book.definitions:
                body = Deriv("partial", loss, (target,))
                book.definitions[key, len(letters)] = [
                    Definition(key, letters, (), body, n.at, 0, 0, (-1, -1), n, implied=True)
                ]


def _net(book: Book, target: Sym, made: Definition) -> Node | None:
    """The other sense of ``\\delta a``, where a is a function's value: by what the function is taken of."""
    key, marks = book.usage.split(target)
    found = book.definitions.get((key, len(marks)), [None])[0]
    if found is None or found.letters != made.letters:
        return None
    body = found.body
    if isinstance(body, Fn) and body.name == "tanh" and not isinstance(body.args[0], Sym):
        slope: Node = Add((Number(Fraction(1)), Neg(Pow(body, Number(Fraction(2))))))
    elif isinstance(body, Apply) and len(body.args) == 1 and not isinstance(body.args[0], Sym):
        slope = replace(body, head=replace(body.head, primes=body.head.primes + 1))
    else:
        return None
    return Mul((made.body, slope))


def forget(book: Book) -> None:
    """Take back the definitions that were added: such a name is what its own row says."""
    for name, versions in list(book.definitions.items()):
        if versions[0].implied and versions[0].link == (-1, -1):
            rest = versions[1:]
            for d in rest:
                d.version, d.active, d.implied = d.version - 1, d.version == 1, False
            book.definitions[name] = rest
            if not rest:
                del book.definitions[name]


def has_mean(d: Definition) -> bool:
    """Whether a definition has a factor 1/m: then the others may be of one example only."""
    parts = [n for n in walk(d.body) if isinstance(n, Div)]
    return any(isinstance(n.top, Number) and isinstance(n.bottom, Sym) for n in parts)
