"""What rows define: the heads of chains, and what the text says that a name stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING

from symderiv.documents.content.definition import Definition, Total
from symderiv.documents.content.heads import (
    head_of,
    is_body,
    is_same_function,
    is_usual,
    is_written,
    without_stray,
)
from symderiv.documents.content.hypotheses import given
from symderiv.documents.content.letting import is_let
from symderiv.documents.content.observed import NOISE, are_like, is_observed
from symderiv.documents.matrix.naming import names
from symderiv.documents.text.grammar import parse
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.marks import condition_of
from symderiv.documents.text.rows import A_PLACE, A_SET, Element, Statement, joined
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Cases,
    Deriv,
    Div,
    Fn,
    Mark,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    bare_names,
    bound_in,
    children,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.formulas import Formula


def elements_of(formulas: list[Formula]) -> list[Element]:
    return [e for f in formulas for r in f.rows for s in r.statements for e in s.elements]


_SHORT = r"stands for|denotes|is short(?:hand)? for|abbreviates|represents|denota|bezeichnet|désigne|表示"
_STANDS = re.compile(rf"^\s*(?:{_SHORT})\s*$")

#: What stands between a term and the name that it gets.
_CALLED = re.compile(r"\b(?:call (?:it|this)|denoted?(?: it)?(?: by| as)?|abbreviated(?: as)?|for short)\s*$")


def define(book: Book) -> None:
    """Gather the definitions of a book."""
    for formula in book.formulas:
        for row in formula.rows:
            for s in row.statements:
                _define_chain(book, formula, s)
    _define_primed(book)
    for before, formula in pairwise(book.formulas):
        words = formula.before.rpartition("@")[2]
        if _STANDS.match(words):
            _define_short(book, before, formula)
        elif _CALLED.search(words):
            _define_short(book, formula, before)
    for formula in book.formulas:
        chain: list[Element] = []
        for s in (s for row in formula.rows for s in row.statements):
            chain = [*chain, *s.elements] if s.leading else list(s.elements)
            if len(chain) > 2 and not any(r not in ("", "=") for r in s.relations):
                _fill(book, chain)


def _fill(book: Book, chain: list[Element]) -> None:
    """``L = -log P(t | z) = -sum_j t_j log y_j``, where nothing says what P is: L is what comes then."""
    head, first, *later = chain
    for d in (d for known in book.definitions.values() for d in known if d.link == (id(head), id(first))):
        if _is_hollow(book, d.body):
            fit = [e.node for e in later if e.node is not None and not _is_hollow(book, e.node)]
            fit = [x for x in fit if not mentions(book, x, d.key, len(d.letters))]
            d.body = fit[0] if fit else d.body


def _lettered(key: str) -> str:
    """A name such as ``P(y = c | x)``, whatever its letters are called."""
    key = re.sub(r"_(?:\{[a-z]\}|[a-z](?![A-Za-z]))", "", key)
    return re.sub(r"(?<![A-Za-z])[a-z](?![A-Za-z(])", "#", key)


def _is_hollow(book: Book, node: Node) -> bool:
    """Whether a side holds a probability, or its name without what it is of, that nothing defines."""
    known = {_lettered(key) for key, _ in book.definitions if "(" in key}
    wholes = [n for n in walk(node) if isinstance(n, Apply) and n.opaque]
    if any(isinstance(n, Big) and not n.letters for n in walk(node)):
        return True  # a sum whose letter is told later
    if any(_lettered(f"{n.head.base}({n.opaque})") not in known for n in wholes):
        return True
    names = (n for n in bare_names(node) if not n.sub and (n.base, n.style) in book.conditioned)
    return any(not book.arities(book.usage.split(n)[0]) for n in names)


def _define_chain(book: Book, formula: Formula, whole: Statement) -> None:
    if condition_of(joined(whole)) is not None and not _valued(book, whole):
        return
    cut = next((n for n, r in enumerate(whole.relations) if r not in ("", "=")), len(whole.elements))
    if cut < min(2, len(whole.elements)):
        return
    s = Statement(whole.elements[:cut], whole.relations[:cut])  # a = 5/7, about 0.714
    shown = formula.item.display and not whole.aside
    if not shown and in_passing(s.elements):
        return
    count = len(s.elements)
    for n, element in enumerate(s.elements):
        if element.node is None or (n == 0 and s.leading):
            continue
        if n == 0 and count > 1 and isinstance(element.written or element.node, Matrix):
            _define_entries(book, formula, element, s.elements[1])
            continue
        logarithm = isinstance(element.node, Fn) and element.node.name == "log" and n + 1 < count
        named = element.node.args[0] if logarithm and isinstance(element.node, Fn) else element.node
        head = head_of(book, named, isinstance(s.elements[min(n + 1, count - 1)].node, Deriv))
        if head is None:
            continue
        key, letters, params = head
        other = s.elements[n + 1] if n + 1 < count else s.elements[n - 1] if n and not s.leading else None
        if other is None:
            continue
        if n + 1 >= count and (
            other.node is None
            or (isinstance(other.node, Deriv) and not is_let(formula))
            or not (is_usual(other.node, element.node) or _is_first(book, key, element, other.node))
        ):
            continue
        if other.node is None:
            texts = [] if formula.item.display else [t.text for t in other.tokens]
            either = "pm" in texts or len(texts) == 1  # y = \\pm 1, g = \\tanh
            if n == 0 and not either and (other.error is None or other.error.message not in (A_PLACE, A_SET)):
                book.poisoned.add((key, len(letters)))
            continue
        if not (shown or is_let(formula)) and are_like(element.node, other.node):
            continue  # mu_1 = mu_2: in that case
        if is_number(other.node) and (not shown or (n and (key, len(letters)) in given(book))):
            continue
        if book.one_hot and letters and isinstance(other.node, Number) and other.node.value in (0, 1):
            continue  # y_i = 1: what label an example has
        if 0 < n < count - 1 and is_number(other.node) and not isinstance(s.elements[n - 1].node, Sym):
            continue  # dJ/db = error = -0.5: of what stands before, for some numbers
        if mentions(book, other.node, key, len(letters)) or _is_nothing(other.node):
            continue
        if any(is_same_function(element.node, n) for n in walk(other.node)):
            continue  # f(-x) = 1 - f(x): what it is like
        if is_body(book, element.node, other.node) or is_usual(element.node, other.node):
            continue  # g(z) = a, behind a = g(z); what sigma is needs no saying
        if any(names(element.node, other.node)):
            continue  # an input, written out
        first = s.elements[0].node
        if n and first is not None and any(names(first, other.node)):
            continue  # a = f(x) = (a_1, a_2): what is named so is the entries of a
        if (summed := total(book, element.node, other.node)) is not None:
            factor, term = summed
            if not isinstance(term, Sym):  # the part of one step gets a name
                assert isinstance(element.node, Sym)
                mark = Mark("letter", next(iter(_over(book, other.node))))
                one = replace(element.node, sub=(*element.node.sub, mark))
                own, at = book.usage.split(one)[0], element.at
                parts = book.definitions.setdefault((own, len(letters)), [])
                number = len(parts)
                made = Definition(own, letters, (), term, at, formula.section, number, (-1, -1), one)
                parts.append(made)
                term = one
            book.totals.setdefault(key, Total(term, factor, (id(element), id(other))))
            continue
        if (is_written(other.node) and _is_variable(book, key)) or is_observed(book, key, other.node):
            continue
        if isinstance(element.node, Sym) and (noise := noise_of(book, element.node, other.node)) is not None:
            key, letters, other_node = noise  # what is observed is no function of the parameters
        else:
            other_node = other.node
        other_node = without_stray(other_node, params, letters)
        known = book.definitions.setdefault((key, len(letters)), [])
        if n and known:
            continue
        numbers = not any(isinstance(x, (Sym, Apply, Cases)) for x in walk(other_node))
        if known and params and numbers and not isinstance(other_node, Number):
            continue  # the value at some numbers
        square = isinstance(other_node, Pow) and other_node.exponent == Number(Fraction(2))
        if square and key.endswith("_sq") and isinstance(element.node, Sym) and not params:
            assert isinstance(other_node, Pow)
            root = replace(element.node, base=element.node.base.removesuffix("_sq"))
            own, at = book.usage.split(root)[0], element.at
            made = Definition(own, letters, (), other_node.base, at, formula.section, 0, (-1, -1), root)
            book.definitions.setdefault((own, len(letters)), [made])
        overload = bool(params and known) and len(params) not in {len(d.params) or len(params) for d in known}
        known.append(
            Definition(
                key,
                letters,
                params,
                Fn("exp", (other_node,)) if logarithm else other_node,
                element.at,
                formula.section,
                len(known),
                (id(element), id(other)),
                element.node if isinstance(element.node, Sym) else None,
                not known or overload,
                overload=overload,
            )
        )


def _is_first(book: Book, key: str, element: Element, other: Node) -> bool:
    """Whether what a chain ends in is a name that it defines: it stands nowhere before."""
    return head_of(book, other) is None and not used_before(book, key, element.at)


def in_passing(elements: Sequence[Element]) -> bool:
    """Whether several names are given one number: ``\\alpha = \\beta = 1/2``."""
    *heads, last = (e.node for e in elements)
    names = len(heads) > 1 and all(isinstance(x, Sym) and not x.primes for x in heads)
    return names and last is not None and not any(isinstance(x, (Sym, Apply)) for x in walk(last))


def _define_primed(book: Book) -> None:
    """``U' = \\sum_i (p_i + g_i)``, beside ``U = \\sum_i p_i g_i``: another number, no derivative, where
    no name of one number is in U that it could be by."""
    usage = book.usage
    nodes = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    applied = {n.head.base for n in nodes if isinstance(n, Apply)} | {
        n.name for n in nodes if isinstance(n, Fn)
    }
    for f in book.formulas:
        for s in (s for r in f.rows for s in r.statements):
            if s.leading or s.relations[1:2] != ["="]:
                continue
            head, body = (e.node for e in s.elements[:2])
            if not isinstance(head, Sym) or head.primes != 1 or body is None:
                continue
            if isinstance(
                body, Deriv
            ):  # g' = \\partial/\\partial z_j \\sum_k e^{z_k}, where nothing else says g
                own = any(isinstance(n, Sym) and n.base == head.base for n in walk(body))
                lone = len(head.base) == 1 and not (own or head.sub or head.sup or head.base in applied)
                if lone and not book.arities(usage.split(replace(head, primes=0))[0]):
                    _add_primed(book, f, s, head, body)
                continue
            plain, marks = usage.split(replace(head, primes=0))
            known = book.definitions.get((plain, 0), [])
            own = any(isinstance(n, Sym) and n.base == head.base and not n.primes for n in walk(body))
            free = not book.arities(plain) and head_of(book, replace(head, primes=0)) is not None
            if free and (marks or (own and head.base not in applied)):
                _add_primed(book, f, s, head, body)  # z'_j, where z_j is an input; x' = x \\cos a - y \\sin a
            if marks or not known or any(d.params or not _of_entries(book, d.body) for d in known):
                continue
            if _of_entries(book, body):
                _add_primed(book, f, s, head, body)


def _add_primed(book: Book, f: Formula, s: Statement, head: Sym, body: Node) -> None:
    key, marks = book.usage.split(head)
    first, second = s.elements[:2]
    versions = book.definitions.setdefault((key, len(marks)), [])
    letters, number = tuple(m.text for m in marks), len(versions)
    link = (id(first), id(second))
    versions.append(Definition(key, letters, (), body, first.at, f.section, number, link, head, not number))


def _of_entries(book: Book, node: Node, bound: frozenset[str] = frozenset(), depth: int = 8) -> bool:
    """Whether a side comes down to entries that sums run over, and to nothing else."""
    if isinstance(node, Big):
        bound |= set(node.letters)
    if not isinstance(node, Sym):
        if isinstance(node, (Apply, Deriv, Matrix)):
            return False
        return all(_of_entries(book, n, bound, depth) for n in children(node))
    key, marks = book.usage.split(node)
    known = book.definitions.get((key, len(marks)), [])
    if known and not marks:
        return depth > 0 and all(_of_entries(book, d.body, frozenset(), depth - 1) for d in known)
    return key in book.usage.sizes or (bool(marks) and all(m.text in bound for m in marks))


def noise_of(book: Book, head: Sym, body: Node) -> tuple[str, tuple[str, ...], Node] | None:
    """What ``y_i = f(x_i) + \\epsilon_i`` defines: the noise, as what is left of what is observed."""
    key = book.usage.split(head)[0]
    whole = all(m.text in ("row", "col") for m in head.sub)  # y = X w + \\epsilon, of vectors
    if not isinstance(body, Add) or not head.sub or (is_by(book, key) if whole else _is_variable(book, key)):
        return None
    last = body.terms[-1]
    if not (isinstance(last, Sym) and last.base in NOISE and last.sub == head.sub):
        return None
    key, marks = book.usage.split(last)
    if any(m.kind != "letter" for m in marks):
        return None
    rest = Add((head, *(Neg(t) for t in body.terms[:-1])))
    return key, tuple(m.text for m in marks), rest


def _define_entries(book: Book, formula: Formula, element: Element, other: Element) -> None:
    """``(y_1, y_2)`` as a product that is written out: each of its entries."""
    for world, value in element.values.items():
        second = other.values.get(world)
        if second is None or second.kind != value.kind or not value.places or not all(value.places):
            continue
        try:
            pairs = [(value.entry(m), second.entry(m)) for m in product(*(p or () for p in value.places))]
        except ValueError:
            continue
        heads = [head_of(book, a) for a, _ in pairs]
        known = [h is None or h[1] or h[2] or book.arities(h[0]) for h in heads]
        if any(known) or len({h[0] for h in heads if h}) < len(pairs):
            return
        keys = [h[0] for h in heads if h is not None]
        if any(mentions(book, body, key, 0) for _, body in pairs for key in keys):
            return
        for key, (a, body) in zip(keys, pairs, strict=True):
            made = Definition(key, (), (), body, element.at, formula.section, 0, (id(element), id(other)))
            made.name = a if isinstance(a, Sym) else None
            book.definitions[key, 0] = [made]
        return


def _over(book: Book, node: Node) -> set[str]:
    """The letters of steps that a side is summed over."""
    return bound_in(walk(node)) & book.usage.layers


def total(book: Book, head: Node, node: Node) -> tuple[Node, Node] | None:
    """The factor and the term of a sum over steps."""
    if not _over(book, node) or not isinstance(head, Sym):
        return None
    flat = list(node.factors) if isinstance(node, Mul) else [node.body if isinstance(node, Neg) else node]
    big = flat[-1]
    if not isinstance(big, Big) or big.op != "sum" or len(big.letters) != 1 or big.apart:
        return None
    if any(_over(book, n) for n in (*flat[:-1], big.body)):
        return None
    factor: Node = Mul((Number(Fraction(1)), *flat[:-1]))
    return (Neg(factor) if isinstance(node, Neg) else factor), big.body


def _define_short(book: Book, name: Formula, meaning: Formula) -> None:
    """``$\\Sigma$ stands for $\\sum_k e^{a_k}$``."""
    pieces = [[p for r in f.rows for p in r.notes] for f in (name, meaning)]
    if [len(p) for p in pieces] != [1, 1]:
        return
    try:
        head, body = (parse(p[0]) for p in pieces)
    except Unread:
        return
    found = head_of(book, head) if isinstance(head, Sym) else None
    if found is not None and (found[0], len(found[1])) not in book.definitions:
        key, letters, _ = found
        book.definitions[key, len(letters)] = [
            Definition(key, letters, (), body, name.item.at, name.section, 0, (-1, -1), head)
        ]


def is_number(node: Node) -> bool:
    return isinstance(node.body if isinstance(node, Neg) else node, Number)


def _is_variable(book: Book, key: str) -> bool:
    """Whether derivatives are by a name, or its entries stand elsewhere: a value of it is an example."""
    return (key, "sub") in book.usage.indexed or is_by(book, key)


def is_by(book: Book, key: str) -> bool:
    """Whether derivatives are by a name."""
    nodes = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    targets = [t for n in nodes if isinstance(n, Deriv) for t in n.targets]
    return any(isinstance(t, Sym) and book.usage.split(t)[0] == key for t in targets)


def used_before(book: Book, key: str, at: int, count: int = -1) -> bool:
    """Whether a name stands before an offset; ``count``: with so many indices."""
    for e in elements_of(book.formulas):
        if e.node is None or e.at >= at:
            continue
        names = (book.usage.split(n) for n in walk(e.node) if isinstance(n, Sym))
        if any(k == key and count in (-1, len(marks)) for k, marks in names):
            return True
    return False


def _valued(book: Book, s: Statement) -> bool:
    """Whether a relation of two letters speaks of values, not of positions."""
    return not any(t.text in book.usage.letters for e in s.elements for t in e.tokens[:1])


def _is_nothing(node: Node) -> bool:
    """Whether a term divides by a zero that is written there."""
    return any(isinstance(n, Div) and n.bottom == Number(Fraction(0)) for n in walk(node))


def mentions(book: Book, node: Node, key: str, arity: int) -> bool:
    for n in walk(node):
        if isinstance(n, Sym) and n.style != "number":
            k, indices = book.usage.split(n)
            if k == key and len(indices) == arity:
                return True
    return False
