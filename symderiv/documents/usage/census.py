"""What the marks of all names together tell: letters of things, units by name, two arrays of one name.

Input: the nodes of all formulas.  Output: sets of letters and names, which :mod:`.usage` puts to use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

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
    Transpose,
    children,
    walk,
)
from symderiv.documents.usage.ranked import factors_of

#: Letters that are indices as a rule.
USUAL = frozenset("ijklmnpqrcdabst")
#: Such as are those of things as well.
_THINGS = frozenset("abcdmpqrs")
_NEIGHBOURS = frozenset("ijklmn")


def counted_from(lower: str, nodes: Iterable[Node]) -> set[str]:
    """Names whose entries a sum from there on goes over."""
    return {
        n.base
        for big in nodes
        if isinstance(big, Big) and big.lower == lower
        for n in walk(big.body)
        if isinstance(n, Sym) and any(m.text in big.letters for m in (*n.sub, *n.sup))
    }


def intercepts(nodes: Iterable[Node]) -> set[str]:
    """Names whose entry 0 is added to a sum over its others: ``w_0 + \\sum_i w_i x_i``, ``w_0 + w^T x``, also
    exponentials."""
    found: set[str] = set()
    for n in nodes:
        if isinstance(n, Add):
            terms = [t.args[0] if isinstance(t, Fn) and t.name == "exp" else t for t in n.terms]
            first = {t.base for t in terms if isinstance(t, Sym) and [m.text for m in t.sub] == ["0"]}
            found |= first & (counted_from("", n.terms) | set(_in_products(n.terms)))
    return found


def _in_products(terms: Iterable[Node]) -> Iterator[str]:
    """Vectors whose product with another one is a term."""
    for t in terms:
        flat = factors_of(t)
        if any(isinstance(x, Transpose) for x in flat):
            inner = (x.body if isinstance(x, Transpose) else x for x in flat)
            yield from (x.base for x in inner if isinstance(x, Sym))


def counts(nodes: Iterable[Node]) -> Iterator[tuple[str, tuple[str, Node]]]:
    """Names of how many values a letter takes, with it: ``n \\log a + \\sum_i x_i``, as in a mean."""
    for n in (n for n in nodes if isinstance(n, Add)):
        parts = [factors_of(t.body if isinstance(t, Neg) else t) for t in n.terms]
        sums = [x for flat in parts for x in flat if isinstance(x, Big) and x.op == "sum"]
        if len(sums) == 1 and len(sums[0].letters) == 1 and not sums[0].upper:
            for x in (x for flat in parts if sums[0] not in flat for x in flat):
                if isinstance(x, Sym) and x.base in ("n", "N") and not (x.sub or x.sup or x.primes):
                    yield x.base, (sums[0].letters[0], sums[0].body)


def sides(nodes: Iterable[Node]) -> set[str]:
    """Letters that stand below names alone, and each time one that is no usual index below the same name."""
    alone: dict[str, set[str]] = {}
    others: set[str] = set()
    for n in nodes:
        if isinstance(n, Sym):
            marks = [m.text for m in n.sub if m.kind == "letter"]
            if len(n.sub) == len(marks) == 1 and all(m.kind == "word" for m in n.sup):
                alone.setdefault(n.base, set()).update(marks)
            else:
                others.update(m.text for m in (*n.sub, *n.sup))
    found: set[str] = set()
    for x in {x for texts in alone.values() for x in texts} & USUAL - others:
        named = [texts for texts in alone.values() if x in texts]
        beside = [{y for y in texts if len(y) == 1 and y.islower()} - USUAL for texts in named]
        if set.intersection(*beside):
            found.add(x)
    return found


def things(nodes: Sequence[Node], chains: Iterable[Sequence[Node | None]]) -> set[str]:
    """Letters of two things, of which a row says how they are related: ``\\rho_r = \\rho_m - x_r a_m``,
    or what has neither: ``d = x_m - x_r``.  No sum goes over a name that has one of them, and no name has two
    letters."""
    found: set[str] = set()
    for head, *bodies in chains:
        if not isinstance(head, Sym) or head.primes or len(head.sub) > 1 or head.sup:
            continue
        own = [n for b in bodies if b is not None for n in walk(b) if isinstance(n, Sym) and len(n.sub) == 1]
        if head.sub:
            like = {n.sub[0].text for n in own if n.base == head.base} - {head.sub[0].text}
            found |= like | {head.sub[0].text} if like and {head.sub[0].text, *like} <= _THINGS else set()
            continue
        for base in {n.base for n in own}:
            both = {n.sub[0].text for n in own if n.base == base}
            found |= both if len(both) > 1 and both <= _THINGS else set()
    bound = {x for n in nodes if isinstance(n, Big) for x in n.letters}
    for n in (n for n in nodes if isinstance(n, Sym) and found):
        texts = {m.text for m in (*n.sub, *n.sup)}
        if len(texts) > 1 or texts & bound:
            beside = {m.text for x in nodes if isinstance(x, Sym) and x.base == n.base for m in x.sub}
            found -= texts | beside
    return found


def unit(marks: Sequence[Mark]) -> str:
    """The name that stands below another one, ``o_1`` also for ``o1``."""
    kinds = [m.kind for m in marks]
    pair = kinds == ["letter", "number"]
    return "_".join(m.text for m in marks) if pair else marks[0].text if len(marks) == 1 else ""


def of_units(nodes: Iterable[Node]) -> set[str]:
    """Names that stand only with the name of a unit below them, of one kind or another: ``a_{h_1}`` beside
    ``a_{o_1}`` or ``a_{o1}``, where h_1 and o_1 are names."""
    syms = [n for n in nodes if isinstance(n, Sym)]
    kinds = {n.base for n in syms if len(n.sub) == 1 and n.sub[0].kind == "number"}
    below: dict[str, set[str]] = {}
    for n in syms:
        below.setdefault(n.base, set()).add("" if n.sup else unit(n.sub))
    return {
        x
        for x, found in below.items()
        if len({u[:1] for u in found}) > 1 and all(u[1:2] == "_" and u[2:].isdigit() for u in found)
        if {u[:1] for u in found} <= kinds
    }


def lone(nodes: Sequence[Node], chains: Iterable[Sequence[Node | None]]) -> set[tuple[str, str]]:
    """Names with a letter of a sum that is none of them: the d_k of ``S = Q K^T / \\sqrt{d_k}``, which no sum
    over k goes over, beside no other name that has the k, always below a line or under a root, and nowhere
    (but for sizes called d, which ``d_k = d/h`` and ``T \\times d_k`` may tell as well) without a mark."""
    free: dict[str, set[str]] = {}  # by name, the letters that stand below it alone
    held: set[tuple[str, str]] = set()
    others: set[str] = set()
    rows = [[x for x in chain if x is not None] for chain in chains]
    seen = {id(x) for row in rows for x in row}
    shapes = {id(d) for node in nodes for n in walk(node) for d in _in_shape(n)}
    for row in [*rows, *([x] for x in nodes if id(x) not in seen)]:
        others.update(x.base for x in row if isinstance(x, Sym) and x.base != "d")  # what a row tells of each
        own: dict[str, set[str]] = {}  # by letter, the names that it stands below, bound by no sum
        for n, bound, below in (found for x in row for found in _scoped(x, frozenset())):
            if isinstance(n, Deriv):
                others.update(t.base for t in n.targets if isinstance(t, Sym))
            if not isinstance(n, Sym):
                continue
            alone = len(n.sub) == 1 and not n.sup and n.sub[0].kind == "letter"
            told = n.base == "d" and (id(n) in shapes or any(x is n for x in row))  # d_k = d/h
            if not (alone and (below or told)) and (n.sub or n.sup or n.base != "d"):
                others.add(n.base)
            for m in (*n.sub, *n.sup):
                (held.add((n.base, m.text)) if m.text in bound else own.setdefault(m.text, set()).add(n.base))
            if alone:
                free.setdefault(n.base, set()).add(n.sub[0].text)
        held |= {(base, text) for text, bases in own.items() if len(bases) > 1 for base in bases}
    bound_any = {x for node in nodes for n in walk(node) if isinstance(n, Big) for x in n.letters}
    return {
        (base, text)
        for base, texts in free.items()
        if base not in others and not any((base, x) in held for x in texts)
        for text in (texts if base == "d" else texts & bound_any)
    }


def _in_shape(node: Node) -> list[Sym]:
    """The names of a shape: of ``T \\times d_k``, by itself or above ``\\mathbb{R}``."""
    if isinstance(node, Pow) and isinstance(node.base, Sym) and node.base.style == "bb":
        return [n for n in walk(node.exponent) if isinstance(n, Sym)]
    names = [n for n in node.factors if isinstance(n, Sym)] if isinstance(node, Mul) and not node.dot else []
    are_sizes = isinstance(node, Mul) and len(names) == len(node.factors)
    return names if are_sizes and all(n.base == "d" or not (n.sub or n.sup) for n in names) else []


def _scoped(
    node: Node, bound: frozenset[str], below: bool = False
) -> Iterator[tuple[Node, frozenset[str], bool]]:
    """Nodes with the letters of the sums around them, and whether they stand below a line or under a root."""
    yield node, bound, below
    inner = bound | frozenset(node.letters) if isinstance(node, Big) else bound
    for x in children(node):
        root = (isinstance(node, Fn) and node.name == "sqrt") or (isinstance(node, Pow) and x is node.base)
        yield from _scoped(x, inner, below or root or (isinstance(node, Div) and x is node.bottom))


def values(nodes: Sequence[Node]) -> set[str]:
    """Names of numbers: derivatives are by them, or they stand before a bracket as an exponent, and they are
    never applied to a name."""
    found: set[str] = set()
    applied: set[str] = set()
    for n in nodes:
        parts = n.targets if isinstance(n, Deriv) else ()
        found.update(x.base for x in parts if isinstance(x, Sym) and not x.sub and not x.primes)
        if isinstance(n, Fn) and n.name == "exp":  # e^{-\\sigma(a - b)}: a factor
            inner = n.args[0].body if isinstance(n.args[0], Neg) else n.args[0]
            if isinstance(inner, Apply) and len(inner.args) == 1 and isinstance(inner.args[0], Add):
                found.add(inner.head.base)
        if isinstance(n, Apply) and (len(n.args) != 1 or isinstance(n.args[0], (Sym, Number, Apply))):
            applied.add(n.head.base)
    return found - applied


def twofold(nodes: Sequence[Node]) -> set[tuple[str, str]]:
    """Names of two arrays, with the letter of the second: ``b_u`` and ``b_i``, where a sum runs over pairs
    (u, i).  Letters that are neighbours, as i and j, are positions in one."""
    alone: dict[str, set[str]] = {}
    others: set[str] = set()
    for n in (n for n in nodes if isinstance(n, Sym)):
        texts = [m.text for m in n.sub if m.kind == "letter"]
        if len(texts) == len(n.sub) == 1:
            alone.setdefault(n.base, set()).add(texts[0])
        elif n.sub:
            others.add(n.base)
    found = set()
    for x, y in {n.letters for n in nodes if isinstance(n, Big) and len(n.letters) == 2}:
        far, near = (x, y) if y in _NEIGHBOURS else (y, x)
        if near in _NEIGHBOURS and far not in _NEIGHBOURS:
            found |= {(base, far) for base, texts in alone.items() if {x, y} == texts and base not in others}
    return found


def summed_names(nodes: Iterable[Node]) -> set[str]:
    """Names with one index that a sum goes over: the s of ``sum_j e^{s_j}``."""
    return {
        n.base
        for big in nodes
        if isinstance(big, Big)
        for n in walk(big.body)
        if isinstance(n, Sym) and len(n.sub) == 1 and n.sub[0].text in big.letters
    }


def named(nodes: Iterable[Node]) -> set[str]:
    """Letters that stand below names before a number only: ``out_{o1}``, ``net_{h2}`` are units by name."""
    named: set[str] = set()
    others: set[str] = set()
    for n in nodes:
        if isinstance(n, Sym):
            for a, b in pairwise([*n.sub, Mark("label", "")]):
                if a.kind == "letter":
                    (named if b.kind == "number" and len(n.sub) == 2 else others).add(a.text)
            others.update(m.text for m in n.sup)
    return named - others
