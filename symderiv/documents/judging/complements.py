"""Names that add up to a number, ``p + q = 1``, ``y_1 + y_2 = 1``: one is put in terms of the others.

Input: the rows of a book.  Output: what to put in for which name in a row, and what is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.judging.labels import ADD_TO_ONE
from symderiv.documents.text.syntax import Add, Fn, Mark, Neg, Node, Number, Sym

if TYPE_CHECKING:
    from symderiv.documents.judging.facts import Facts

#: What stands for a name: its key, its indices, the node.
Put = tuple[str, tuple[Mark, ...], Node]
ONE = Number(Fraction(1))


def complements(facts: Facts, nodes: list[Node], at: int) -> Iterator[tuple[Put, str]]:
    """Of the names in a row and what it rests on."""
    split = facts.book.usage.split
    every = facts.with_definitions(nodes)
    used = {split(n) for n in every if isinstance(n, Sym) and not n.primes}
    by = facts.targets_in(every)
    told = False
    for names, total, line in _stated(facts, at):
        own = [n for n in names if split(n) in used]
        free = [n for n in own if not _is_known(facts, n, at) and (split(n)[0], len(split(n)[1])) not in by]
        if len(own) < 2:
            continue
        told = told or bool(free) or total == ONE
        if free:
            others = [n for n in names if n != free[-1]]
            yield _put(facts, free[-1], others, total), f"{_shown(names)} = {total.value} (line {line})"
    logs = any(isinstance(n, Fn) and n.name == "log" for n in every)
    for names in _numbered(facts, every, at) if not told else ():
        line, _ = facts.stated_sum(names[0].base)
        note = f"{_shown(names)} = 1"
        note = f"{note} (line {line})" if line else f"needs {note}, which the document does not state"
        if logs or line:
            yield _put(facts, names[-1], names[:-1], ONE), note


def told_values(facts: Facts, nodes: list[Node], at: int) -> Iterator[tuple[Put, str]]:
    """Of names in a row that words before it in the section give a number: "temperature $T = 1$"."""
    usage, source = facts.book.usage, facts.book.source
    every = facts.with_definitions(nodes)
    used = {usage.split(n) for n in every if isinstance(n, Sym) and not n.primes}
    by = facts.targets_in(every)
    section = facts.book.section_at(at)
    for f in facts.book.formulas:
        if f.item.display or f.section != section or f.item.at > at:
            continue
        for s in (s for row in f.rows for s in row.statements if s.relations == ["", "="]):
            name, value = (e.node for e in s.elements)
            plain = isinstance(name, Sym) and not (name.sub or name.sup or name.primes)
            if plain and isinstance(name, Sym) and isinstance(value, Number):
                key, marks = usage.split(name)
                free = not (facts.book.arities(key) or key in usage.letters or key in usage.sizes)
                if free and (key, marks) in used and (key, len(marks)) not in by:
                    yield (
                        (key, marks, value),
                        f"{name.base} = {value.value} (line {source.line_of(f.item.at)})",
                    )


def _shown(names: list[Sym]) -> str:
    return " + ".join(f"{n.base}_{n.sub[0]}" if n.sub else n.base for n in names)


def _put(facts: Facts, name: Sym, others: list[Sym], total: Number) -> Put:
    key, marks = facts.book.usage.split(name)
    return key, marks, Add((total, *(Neg(n) for n in others)))


def _is_known(facts: Facts, name: Sym, at: int) -> bool:
    key, marks = facts.book.usage.split(name)
    return facts.is_known(key, len(marks)) and facts.is_defined(name, at)


def _stated(facts: Facts, at: int) -> Iterator[tuple[list[Sym], Number, int]]:
    """The names, their sum and the line of each equation that states one, but for that at an offset."""
    for f in facts.book.formulas:
        for s in (s for row in f.rows for s in row.statements):
            sides = [e.node for e in s.elements]
            if s.relations != ["", "="] or at in (e.at for e in s.elements):
                continue
            left, right = sides if isinstance(sides[0], Add) else sides[::-1]
            if not isinstance(left, Add) or not isinstance(right, Number):
                continue
            names = [n for n in left.terms if isinstance(n, Sym) and _is_plain(facts, n)]
            if len(names) == len(left.terms) == len(set(names)):
                yield names, right, facts.book.source.line_of(f.item.at)


def _is_plain(facts: Facts, name: Sym) -> bool:
    """Whether a name is that of one number: without indices, or with a number for one."""
    _, marks = facts.book.usage.split(name)
    return not name.primes and not name.sup and all(m.kind == "number" for m in marks)


def _numbered(facts: Facts, every: list[Node], at: int) -> Iterator[list[Sym]]:
    """The entries ``y_1, y_2`` of labels that a row has by number, and that nothing defines."""
    found: dict[str, dict[str, Sym]] = {}
    for n in every:
        if not isinstance(n, Sym) or [m.kind for m in n.sub] != ["number"]:
            continue
        if n.base.lower() in ADD_TO_ONE and _is_plain(facts, n) and not _is_known(facts, n, at):
            found.setdefault(n.base, {})[n.sub[0].text] = n
    targets = {key for key, _ in facts.targets_in(every)}
    for base, own in found.items():
        numbers = sorted(own)
        expected = [str(n) for n in range(int(numbers[0]), int(numbers[0]) + len(numbers))]
        keys = {facts.book.usage.split(n)[0] for n in own.values()}
        if 1 < len(own) < 6 and numbers == expected and numbers[0] in "01" and not (keys | {base}) & targets:
            yield [own[x] for x in numbers]
