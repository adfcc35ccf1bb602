"""Sums that are written out: ``e^{z_1} + e^{z_2} + \\dots + e^{z_n}``, or, where vectors have three entries,
``e^{z_1} + e^{z_2} + e^{z_3}``.

Input: the terms beside an ellipsis, or all of them.  Output: the sum with a letter, where the terms are one
pattern whose places count up from 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Mark,
    Matrix,
    Mul,
    Node,
    Number,
    Sym,
    children,
    map_nodes,
    walk,
)

#: The letter of such a sum.
LETTER = "each"
_SLOT = Mark("letter", LETTER)
#: Terms of a sum that are written out one by one.
_MOST = 6
_NOTHING = Number(Fraction(0))


def with_ellipsis(before: Sequence[Node], after: Node) -> tuple[int, Node] | None:
    """How many of the terms before an ellipsis go into a sum with the one behind it, and that sum."""
    if before and before[-1] == after == Number(Fraction(0)):
        return 1, after  # 0 + ... + 0 + 1 + 0 + ... + 0
    for first in ("0", "1"):
        for count in range(len(before), 0, -1):
            terms = before[-count:]
            found = _pattern(terms[0], after, first)
            if found is None or found[1].text.isdigit():
                continue
            pattern, last = found
            if _counted(pattern, terms, int(first)):
                sign = str(last)
                return count, Big("sum", (LETTER,), sign, first, (), pattern, at=terms[0].at, end=after.end)
    return None


def without_end(terms: Sequence[Node]) -> tuple[int, Node] | None:
    """``z_1 w_1 + z_2 w_2 + \\dots``, without a last term: how many terms go into a sum, and it."""
    for first in ("1", "0"):
        for count in range(len(terms), 1, -1):
            own = terms[-count:]
            found = _pattern(own[0], own[-1], first)
            if found is not None and _counted(found[0], own, int(first)):
                lower = "1" if first == "1" else ""
                return count, Big("sum", (LETTER,), "", lower, (), found[0], at=own[0].at, end=own[-1].end)
    return None


def outside(body: Node, letters: tuple[str, ...]) -> tuple[Node, tuple[Node, ...]]:
    """What a product takes in, and the factors behind: ``\\prod_i x_i \\exp(-\\sum_i x_i)`` ends before one
    that binds the letter anew, and all others, that do not have it."""
    factors = list(_factors(body))
    held = [_has_free(x, set(letters)) for x in factors]
    anew = [any(isinstance(n, Big) and set(n.letters) & set(letters) for n in walk(x)) for x in factors]
    last = max((n for n, free in enumerate(held) if free), default=-1)
    if last < 0 or not any(anew[last + 1 :]):
        return body, ()
    cut = last + 1 + anew[last + 1 :].index(True)
    kept = factors[:cut]
    return (kept[0] if len(kept) == 1 else Mul(tuple(kept), at=body.at, end=kept[-1].end)), tuple(
        factors[cut:]
    )


def _factors(node: Node) -> Iterator[Node]:
    if isinstance(node, Mul):
        for x in node.factors:
            yield from _factors(x)
    else:
        yield node


def _has_free(node: Node, letters: set[str]) -> bool:
    """Whether a letter stands below or above a name that no sum of its own binds."""
    if isinstance(node, Big):
        letters = letters - set(node.letters)
    if isinstance(node, Sym) and any(m.text in letters for m in (*node.sub, *node.sup)):
        return True
    return any(_has_free(x, letters) for x in children(node))


def term_by_term(sides: Sequence[Node]) -> list[Node]:
    """The sides of a chain with the sums from number to number as their terms, where a side names these."""
    numbers = {
        (s.base, m.text)
        for x in sides
        for s in walk(x)
        if isinstance(s, Sym)
        for m in s.sub
        if m.kind == "number"
    }

    def put(node: Node) -> Node:
        node = map_nodes(node, put)
        if not isinstance(node, Big) or node.op != "sum" or len(node.letters) != 1 or node.apart:
            return node
        low, high = node.lower, node.upper
        if not (low.isdigit() and high.isdigit() and 0 < int(high) - int(low) < _MOST):
            return node
        places = [str(n) for n in range(int(low), int(high) + 1)]
        over = {s.base for s in walk(node.body) if isinstance(s, Sym) and node.letters[0] in map(str, s.sub)}
        if not over or not all((base, n) in numbers for base in over for n in places):
            return node
        terms = (_placed(node.body, node.letters[0], Mark("number", n)) for n in places)
        return Add(tuple(terms), at=node.at, end=node.end)

    return [put(x) for x in sides] if numbers else list(sides)


def _placed(node: Node, letter: str, mark: Mark) -> Node:
    if isinstance(node, Sym):
        sub, sup = (tuple(mark if m.text == letter else m for m in x) for x in (node.sub, node.sup))
        return replace(node, sub=sub, sup=sup)
    return map_nodes(node, lambda n: _placed(n, letter, mark))


def collapsed(node: Add, sizes: dict[str, int]) -> Node:
    """A sum of as many terms as a vector has entries; ``sizes``: of the names of vectors."""
    for count in sorted(set(sizes.values()), reverse=True):
        for n in range(len(node.terms) - count + 1):
            terms = node.terms[n : n + count]
            found = _pattern(terms[0], terms[-1], "1")
            if found is None or found[1].text != str(count) or not _counted(found[0], terms, 1):
                continue
            over = {s.base for s in walk(found[0]) if isinstance(s, Sym) and _SLOT in (*s.sub, *s.sup)}
            if any(sizes.get(x) != count for x in over):
                continue
            made = Big("sum", (LETTER,), "", "", (), found[0], at=terms[0].at, end=terms[-1].end)
            rest = (*node.terms[:n], made, *node.terms[n + count :])
            return replace(node, terms=rest) if len(rest) > 1 else made
    return node


def sizes_of(nodes: Iterable[Node]) -> dict[str, int]:
    """Names whose entries matrices that are written out show all, by numbers, and of how many."""
    found: dict[str, set[int]] = {}
    most: dict[str, int] = {}
    for n in nodes:
        if isinstance(n, Sym) and (number := _number(n)):
            most[n.base] = max(most.get(n.base, 0), number)
        if isinstance(n, Matrix) and all(x is not None for r in n.rows for x in r):
            shown: dict[str, set[int]] = {}
            for s in (s for r in n.rows for x in r if x is not None for s in walk(x)):
                if isinstance(s, Sym) and (number := _number(s)):
                    shown.setdefault(s.base, set()).add(number)
            for base, numbers in shown.items():
                count = len(numbers)
                if (
                    count in (len(n.rows), len(n.rows[0]))
                    and numbers == set(range(1, count + 1))
                    and count > 1
                ):
                    found.setdefault(base, set()).add(count)
    return {b: c.pop() for b, c in found.items() if c == {most[b]}}


def summed_out(nodes: Iterable[Node]) -> dict[str, int]:
    """Names with numbers from 1 to 3 or more of which some sum has all, as its terms, and of how many."""
    most: dict[str, int] = {}
    found: dict[str, int] = {}
    for n in nodes:
        if isinstance(n, Sym) and (number := _number(n)):
            most[n.base] = max(most.get(n.base, 0), number)
        if isinstance(n, Add) and len(n.terms) > 2:
            pattern = _pattern(n.terms[0], n.terms[-1], "1")
            if pattern is not None and _counted(pattern[0], n.terms, 1):
                over = {s.base for s in walk(pattern[0]) if isinstance(s, Sym) and _SLOT in s.sub}
                found.update(dict.fromkeys(over, len(n.terms)))
    return {x: count for x, count in found.items() if most.get(x) == count}


def _number(sym: Sym) -> int:
    marks = sym.sub
    return (
        int(marks[0].text) if len(marks) == 1 and marks[0].kind == "number" and marks[0].text.isdigit() else 0
    )


def _counted(pattern: Node, terms: Sequence[Node], first: int) -> bool:
    """Whether terms are a pattern at places that count up."""
    for n, t in enumerate(terms):
        found = _pattern(terms[0], t, str(first)) if n else (pattern, Mark("number", str(first)))
        if found is None or found[0] != pattern or found[1] != Mark("number", str(first + n)):
            return False
    return True


def _pattern(a: Node, b: Node, first: str) -> tuple[Node, Mark] | None:
    """Two terms that differ only in places, ``first`` here and one other mark there: the term with a letter
    in these places, and that mark."""
    found: set[Mark] = set()
    made = _merged(a, b, Mark("number", first), found)
    return (made, found.pop()) if made is not None and len(found) == 1 else None


def _merged(a: Node, b: Node, first: Mark, found: set[Mark]) -> Node | None:
    if isinstance(a, Sym) and isinstance(b, Sym):
        if (a.base, a.primes, a.style) != (b.base, b.primes, b.style):
            return None
        sub, sup = _marks(a.sub, b.sub, first, found), _marks(a.sup, b.sup, first, found)
        return None if sub is None or sup is None else replace(a, sub=sub, sup=sup)
    if type(a) is not type(b) or isinstance(a, (Matrix, Big)):
        return a if a == b else None
    if map_nodes(a, lambda _: _NOTHING) != map_nodes(b, lambda _: _NOTHING):
        return None
    if isinstance(a, Apply) and (a.sub or a.opaque):
        return a if a == b else None
    parts = [_merged(x, y, first, found) for x, y in zip(children(a), children(b), strict=True)]
    if None in parts:
        return None
    ready: Iterator[Node] = iter([p for p in parts if p is not None])
    return map_nodes(a, lambda _: next(ready))


def _marks(
    a: tuple[Mark, ...], b: tuple[Mark, ...], first: Mark, found: set[Mark]
) -> tuple[Mark, ...] | None:
    both = len(a) == len(b) == 1 and all(len(m.text) == 2 for m in (*a, *b))
    one, two = _digits(a, both or len(b) == 2), _digits(b, both or len(a) == 2)
    if len(one) != len(two):
        return None
    made = []
    for x, y in zip(one, two, strict=True):
        if x == y:
            made.append(x)
        elif x == first and y.kind in ("number", "letter", "shift"):
            found.add(y)
            made.append(_SLOT)
        else:
            return None
    return tuple(made)


def _digits(marks: tuple[Mark, ...], other: bool) -> tuple[Mark, ...]:
    """``w_{11}`` as row 1, column 1, where there are two places elsewhere."""
    (only, *more) = marks or (_SLOT,)
    if not more and only.kind == "number" and len(only.text) == 2 and other:
        return tuple(Mark("number", x) for x in only.text)
    return marks
