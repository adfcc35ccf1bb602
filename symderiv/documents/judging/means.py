"""Means that no row defines: ``\\sum_i (x_i - \\mu) = 0`` holds where mu is the mean of the x_i.

Input: a row.  Output: what to put in for which name, and what is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from symderiv.documents.judging.complements import ONE, Put
from symderiv.documents.text.syntax import Add, Big, Div, Mul, Neg, Node, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.judging.facts import Facts

_SAID = re.compile(
    r"\b(?:means?|averages?|mittelwert|moyenne|media|média|promedio)\b|均值|平均|средн|평균", re.I
)
#: Usual names of one, beside those with a bar.
_NAMES = frozenset("mu m mean avg M".split())


def means(facts: Facts, nodes: list[Node]) -> Iterator[tuple[Put, str]]:
    """Of the names that are taken from each term of a sum, and depend on none of its letters."""
    said = _SAID.search(facts.book.source.raw) is not None
    by = {key for key, _ in facts.targets_in(nodes)}
    for big in dict.fromkeys(
        n for n in nodes if isinstance(n, Big) and n.op == "sum" and len(n.letters) == 1
    ):
        (letter,) = big.letters
        sizes = [x for x, told in facts.book.usage.sizes.items() if any(y == letter for y, _ in told)]
        for entry, bar in _beside(big.body) if sizes else ():
            key, marks = facts.book.usage.split(bar)
            known = facts.is_known(key, len(marks)) or key in by or _has(facts, bar, letter)
            if not known and _has(facts, entry, letter) and not marks:
                mean = _mean(sizes[0], letter, entry)
                yield (key, marks, mean), f"{key} is the mean of {entry.base}, by its bar"
        for add in (n for n in walk(big.body) if isinstance(n, Add) and len(n.terms) == 2):
            one, two = add.terms
            m: Node | None = two.body if isinstance(two, Neg) else None
            if m is not None and _has(facts, m, letter):  # \\bar x - x_i
                one, m = m, one
            if not (isinstance(one, Sym) and isinstance(m, Sym) and sizes) or not _has(facts, one, letter):
                continue
            key, marks = facts.book.usage.split(m)
            if m.base not in _NAMES and not m.base.endswith("_bar"):
                continue
            if _has(facts, m, letter) or facts.is_known(key, len(marks)) or key in by:
                continue
            body = _mean(sizes[0], letter, one)
            note = f"{key} is the mean of {facts.book.usage.split(one)[0]}"
            if m.base.removesuffix("_bar") == one.base:
                note += ", by its bar"
            elif not said:
                note = f"needs that {note}, which the document does not state"
            yield (key, marks, body), note


def _beside(node: Node) -> Iterator[tuple[Sym, Sym]]:
    """Names with a mark, and what has a bar over the same name: x_i and \\bar x."""
    names = [n for n in walk(node) if isinstance(n, Sym) and not n.primes]
    bars = {n.base.removesuffix("_bar"): n for n in names if n.base.endswith("_bar")}
    yield from {n: (n, bars[n.base]) for n in names if n.base in bars and n.sub}.values()


def _mean(size: str, letter: str, of: Sym) -> Node:
    return Mul((Div(ONE, Sym(size)), Big("sum", (letter,), "", "", (), of)))


def _has(facts: Facts, name: Node | None, letter: str) -> bool:
    return isinstance(name, Sym) and letter in {m.text for m in facts.book.usage.split(name)[1]}
