"""What is apart in a row: ``\\sum_{k \\neq i}`` in a definition speaks of the others; ``w_0 + w_1 x_1`` has
numbers that tell names apart.

Input: the nodes of a row, alone and with those of the definitions they rest on.  Output: letters that differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.spread import free_in
from symderiv.documents.text.syntax import Apply, Big, Deriv, Fn, Mark, Node, Pow, Sym, bound_in, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.usage.usage import Usage

Pair = tuple[str, str]
_Name = tuple[str, tuple[Mark, ...]]
#: How many such conditions are tried by what stands below the names of a row.
_MOST = 2


def apart_in(usage: Usage, rested: list[Node], nodes: list[Node]) -> Iterator[Pair]:
    """Pairs of letters of a row that are not the same in the sums it rests on."""
    present = {m.text for n in nodes if isinstance(n, Sym) for m in usage.split(n)[1]}
    yield from _of_two(usage, rested, nodes)
    for big in (n for n in rested if isinstance(n, Big)):
        for c in big.apart:
            x, y = str(c.left), str(c.right)
            both = {x, y} <= set(big.letters)
            for pair in [
                (x, y),
                *(pairs_below(usage, nodes) if both else _alike(usage, big.body, x, y, nodes)),
            ]:
                if {*pair} <= present:
                    yield pair


def opposed(book: Book, nodes: list[Node], section: int) -> Iterator[tuple[Pair, int]]:
    """The letters of ``\\partial p_j / \\partial z_i``, where ``\\partial p_i / \\partial z_i`` is said in
    the same section, and the offset of that: it is the other case."""
    usage = book.usage
    around = [n for n in nodes if isinstance(n, Big) and any(isinstance(x, Deriv) for x in walk(n))]
    bound = bound_in(around)
    for (one, marks), (two, others) in _slopes(usage, nodes):
        pairs = [(a.text, b.text) for a, b in zip(marks, others, strict=False) if a != b]
        if len(marks) != len(others) or not pairs or {x for p in pairs for x in p} & bound:
            continue
        for f in (f for f in book.formulas if f.section == section and f.item.display):
            for e in (e for r in f.rows for s in r.statements for e in s.elements):
                for (key, own), (by, theirs) in _slopes(usage, walk(e.node) if e.node is not None else ()):
                    if (key, by) == (one, two) and own == theirs and len(own) == len(marks):
                        yield pairs[0], e.at


def _slopes(usage: Usage, nodes: Iterable[Node]) -> Iterator[tuple[_Name, _Name]]:
    """Names with letters that are differentiated by such, or that something is by in turn: each with its
    marks."""
    for n in nodes:
        if isinstance(n, Deriv) and n.body is not None and 0 < len(n.targets) < 3:
            names = [_name_in(x) for x in (n.body, *n.targets)[-2:]]
            both = [(around + key, marks) for x, around in names if x for key, marks in [usage.split(x)]]
            if both[1:] and all(marks and {m.kind for m in marks} == {"letter"} for _, marks in both):
                yield both[0], both[1]


def _name_in(node: Node) -> tuple[Sym | None, str]:
    """The one name in ``\\log p_i``, or of the function in ``S_i(z)``, and what stands around it."""
    around = ""
    if isinstance(node, Fn) and len(node.args) == 1:
        around, node = f"{node.name} ", node.args[0]
    if isinstance(node, Apply) and len(node.args) == 1 and bool(node.sub) != bool(node.head.sub):
        node, around = replace(node.head, sub=node.sub or node.head.sub), f"{around}of "
    return (node if isinstance(node, Sym) else None), around


def sums_pairs(book: Book) -> bool:
    """Whether a definition sums entries of p over both of their letters at once."""
    bodies = (d.body for versions in book.definitions.values() for d in versions)
    for big in (n for body in bodies for n in walk(body) if isinstance(n, Big)):
        letters, inner = set(big.letters), big.body
        while isinstance(inner, Big):
            letters, inner = letters | set(inner.letters), inner.body
        squares = {id(n.base) for n in walk(inner) if isinstance(n, Pow)}  # of parameters
        own = (n for n in walk(inner) if isinstance(n, Sym) and n.base in ("p", "P") and id(n) not in squares)
        if any(len(n.sub) == 2 and {m.text for m in n.sub} == letters for n in own):
            return True
    return False


def numbered_apart(usage: Usage, rested: list[Node], entries: Collection[str] = ()) -> frozenset[str]:
    """The numbers below names, where no letter stands below these in what a row rests on: these are names of
    their own then, and no entries; ``entries``: the names of vectors that are written out."""
    marks: dict[str, set[tuple[str, str]]] = {}
    for n in (n for n in rested if isinstance(n, Sym)):
        if n.base in entries and any(m.kind == "number" for m in n.sub):
            return frozenset()
        marks.setdefault(n.base, set()).update((m.kind, m.text) for m in usage.split(n)[1])
    told = [found for found in marks.values() if any(kind == "number" for kind, _ in found)]
    if any(kind != "number" for found in told for kind, _ in found):
        return frozenset()
    return frozenset(text for found in told for _, text in found)


def _of_two(usage: Usage, rested: list[Node], nodes: list[Node]) -> Iterator[Pair]:
    """The letters of ``C_{ij}``, which rests on s_i and s_j: it is of two of them."""
    alone: dict[str, set[str]] = {}
    for key, marks in (usage.split(n) for n in rested if isinstance(n, Sym) and n.base != "delta"):
        if len(marks) == 1:
            alone.setdefault(key, set()).add(marks[0].text)
    heads = [x for n in nodes if isinstance(n, Deriv) and n.body is not None for x in walk(n.body)]
    for pair in pairs_below(usage, heads):
        if any({*pair} <= texts for texts in alone.values()):
            yield pair


def entries_of_numbers(book: Book, nodes: list[Node]) -> set[str]:
    """The letters of ``C = f(s_i - s_j)``, of what is differentiated in a row: C is of two entries of s."""
    usage = book.usage
    heads = {x for n in nodes if isinstance(n, Deriv) and n.body is not None for x in walk(n.body)}
    found: set[str] = set()
    for key, marks in (usage.split(x) for x in heads if isinstance(x, Sym)):
        for d in book.definitions.get((key, len(marks)), []):
            letters = free_in(d.body) - set(d.letters)
            below: dict[str, set[str]] = {}
            for name, own in (usage.split(n) for n in walk(d.body) if isinstance(n, Sym)):
                below.setdefault(name, set()).update(m.text for m in own if m.text in letters)
            found |= {x for texts in below.values() if len(texts) > 1 for x in texts}
    return found


def pairs_below(usage: Usage, nodes: list[Node]) -> list[Pair]:
    """Letters that stand below one name, two and two."""
    marks = [usage.split(n)[1] for n in nodes if isinstance(n, Sym) and n.base != "delta"]
    found = [(m[0].text, m[1].text) for m in marks if len(m) == 2 and {x.kind for x in m} == {"letter"}]
    return list(dict.fromkeys((x, y) for x, y in found if x != y))[:_MOST]


def _alike(usage: Usage, body: Node, x: str, y: str, nodes: list[Node]) -> list[Pair]:
    """The letters of a row in the places that two letters have below a name of a sum."""
    places: dict[tuple[str, int], tuple[int, int]] = {}
    for n in (n for n in walk(body) if isinstance(n, Sym)):
        key, marks = usage.split(n)
        texts = [m.text for m in marks]
        if x in texts and y in texts:
            places[key, len(texts)] = (texts.index(x), texts.index(y))
    found: dict[Pair, None] = {}
    for n in (n for n in nodes if isinstance(n, Sym)):
        key, marks = usage.split(n)
        if (key, len(marks)) in places:
            one, two = (marks[k] for k in places[key, len(marks)])
            if {one.kind, two.kind} == {"letter"} and one != two:
                found[one.text, two.text] = None
    return list(found)[:_MOST]
