"""What a wrong row may have been meant to be: its one-place changes that are proved, and slips of a
definition.

A change is a sign, an index, a factor or a power at one place of the row.  Where several rows fail that
rest on one
definition, and one change of that definition lets them all hold, it is the definition that is wrong.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from symderiv.documents.defining import Definition
from symderiv.documents.judge import Judge, Judged
from symderiv.documents.outcomes import Outcome
from symderiv.documents.reading import Reading
from symderiv.documents.spell import spelled
from symderiv.documents.syntax import (
    Add,
    Apply,
    Big,
    Condition,
    Deriv,
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

#: Seconds for one document, changes tried at one row.
_SECONDS, _TRIED = 30.0, 120

Change = tuple[Node, Node, Node]


def repaired(judge: Judge) -> None:
    """Add suggestions to the wrong rows of a document; blame a definition where that explains them."""
    deadline = time.monotonic() + _SECONDS
    wrong = [r for r in judge.found if r.word == "wrong" and r.elements is not None]
    if len(wrong) > 1:
        _definitions(judge, wrong, deadline)
    for r in judge.found:
        formal = r.reason.endswith("is written out")  # a repair would have to hold before that
        if r.word == "wrong" and r.elements is not None and not r.suggestion and not formal:
            _suggest(judge, r, deadline)


def _suggest(judge: Judge, r: Judged, deadline: float) -> None:
    assert r.elements is not None
    a, b = r.elements
    assert a.node is not None
    assert b.node is not None
    letters = _letters(judge, (a.node, b.node))
    for side, other in ((b, a), (a, b)):
        assert side.node is not None
        assert other.node is not None
        for n, (changed, old, new) in enumerate(changes(side.node, letters)):
            if n >= _TRIED or time.monotonic() > deadline:
                break
            pair = (other.node, changed) if side is b else (changed, other.node)
            if _holds(judge, r, pair):
                r.suggestion = _spliced(judge, side.at, side.tokens[-1], old, new)
                if side.at <= old.at:  # the place of the slip, not of its row
                    r.at = old.at
                return


def _holds(judge: Judge, r: Judged, pair: tuple[Node, Node]) -> bool:
    assert r.elements is not None
    at = r.elements[0].at
    for formula in r.tried or [([], Reading())]:
        conditions, reading = formula
        if judge.outcome(pair[0], pair[1], at, reading, conditions, [], r.skip, quick=True).word == "proved":
            return True
    return False


def _spliced(judge: Judge, start: int, last, old: Node, new: Node) -> str:  # type: ignore[no-untyped-def]
    raw = judge.book.source.raw
    end = last.at + len(str(last))
    if 0 <= start <= old.at < old.end <= end + 2:
        text = raw[start : old.at] + spelled(new, raw) + raw[old.end : end]
    else:
        text = spelled(new, raw)
    return " ".join(text.split())[:300]


def _letters(judge: Judge, nodes: tuple[Node, ...]) -> list[str]:
    found: dict[str, None] = {}
    for node in nodes:
        for n in walk(node):
            if isinstance(n, Sym):
                found.update(
                    {m.text: None for m in judge.book.usage.split(n)[1] if m.kind in ("letter", "word")}
                )
            elif isinstance(n, Big):
                found.update(dict.fromkeys(n.letters))
    found.update(dict.fromkeys(sorted(judge.book.usage.letters & set("ijkln"))))
    return list(found)[:4]


# --- one-place changes ----------------------------------------------------------------------------


def changes(node: Node, letters: list[str]) -> Iterator[Change]:
    """Trees that differ from ``node`` at one place, with the old and the new part."""
    yield from _here(node, letters)
    for f in fields(node):
        value = getattr(node, f.name)
        for new, old_part, new_part in _inside(value, letters):
            if isinstance(node, Apply) and f.name == "head" and not isinstance(new, Sym):
                continue
            if isinstance(node, Deriv) and f.name == "targets" and not isinstance(new_part, Sym):
                continue
            changed: Any = {f.name: new}
            yield replace(node, **changed), old_part, new_part


def _inside(value: object, letters: list[str]) -> Iterator[tuple[object, Node, Node]]:
    if isinstance(value, Node):
        yield from changes(value, letters)
    elif isinstance(value, tuple) and value and not isinstance(value[0], Mark):
        for n, part in enumerate(value):
            for new, old_part, new_part in _inside(part, letters):
                yield (*value[:n], new, *value[n + 1 :]), old_part, new_part


def _here(node: Node, letters: list[str]) -> Iterator[Change]:
    """Changes of the node itself."""
    for other in _others(node, letters):
        new = replace(other, at=node.at, end=node.end) if other.at < 0 else other
        yield new, node, new


def _others(node: Node, letters: list[str]) -> Iterator[Node]:
    match node:
        case Condition(op, _, _):
            if op in ("=", "neq"):
                yield replace(node, op="neq" if op == "=" else "=")
            return
        case Sym(_, sub, sup, primes, _):
            for name, marks in (("sub", sub), ("sup", sup)):
                for n, m in enumerate(marks):
                    if m.kind == "letter" and m.text in letters:
                        for x in letters:
                            if x != m.text:
                                put: Any = {name: (*marks[:n], replace(m, text=x), *marks[n + 1 :])}
                                yield replace(node, **put)
            if primes:
                yield replace(node, primes=0)
            if sub or sup:
                yield Fn("exp", (node,))
        case Add(terms):
            for n, t in enumerate(terms):
                flipped = t.body if isinstance(t, Neg) else Neg(t)
                yield Add((*terms[:n], flipped, *terms[n + 1 :]))
        case Neg(body):
            yield body
        case Mul(factors):
            for n in range(len(factors)):
                rest = (*factors[:n], *factors[n + 1 :])
                yield rest[0] if len(rest) == 1 else Mul(rest)
        case Pow(base, Number(value)) if value.denominator == 1:
            yield base
            yield Pow(base, Number(value + 1))
            yield Pow(base, Number(-value))
        case Pow(base, Number(value)):
            yield Pow(base, Number(value + 1))
            yield Pow(base, Number(value - 1))
            yield Pow(base, Number(-value))
        case Number(value):
            yield Number(value + 1)
            yield Number(value - 1)
        case Fn("exp", (inner,)):
            yield inner
        case Apply(head, _, _, _) if not head.primes:
            yield replace(node, head=replace(head, primes=1))
        case _:
            pass
    if not isinstance(node, (Number, Add, Neg)):
        yield Neg(node)
    if isinstance(node, Sym) and not (node.sub or node.sup):
        yield Mul((Number(Fraction(2)), node))
    if isinstance(node, (Sym, Apply)):
        yield Pow(node, Number(Fraction(2)))


# --- a definition that is wrong -------------------------------------------------------------------


def _definitions(judge: Judge, wrong: list[Judged], deadline: float) -> None:
    """Blame a definition that one change of makes most of the wrong rows hold."""
    book = judge.book
    for versions in list(book.definitions.values()):
        d = versions[0]
        resting = [r for r in wrong if r.word == "wrong" and _rests(judge, r, d)]
        if len(resting) < 2:
            continue
        head = d.letters
        letters = list(dict.fromkeys([*head, *_letters(judge, (d.body,))]))
        others = [
            r for r in judge.found if r.word == "proved" and r.elements is not None and _rests(judge, r, d)
        ][:4]
        for n, (changed, old, new) in enumerate(changes(d.body, letters)):
            if n >= _TRIED or time.monotonic() > deadline:
                break
            original, d.body = d.body, changed
            try:
                misses = 0
                fixed = []
                for r in resting:
                    if _still(judge, r).word == "proved":
                        fixed.append(r)
                    else:
                        misses += 1
                        if misses > len(fixed) + 1 or (misses == 2 and not fixed):
                            break
                ok = len(fixed) == len(resting) or (
                    len(fixed) >= 2 and len(fixed) > len(resting) - len(fixed)
                )
                ok = ok and len(fixed) > len([r for r in others if _still(judge, r).word == "refuted"])
            finally:
                d.body = original
            if ok:
                _blame(judge, d, fixed, old, new)
                break


def _rests(judge: Judge, r: Judged, d: Definition) -> bool:
    assert r.elements is not None
    nodes = [n for e in r.elements if e.node is not None for n in walk(e.node)]
    return any(n is d.body or n == d.body for n in judge.with_definitions(nodes))


def _still(judge: Judge, r: Judged) -> Outcome:
    assert r.elements is not None
    a, b = (e.node for e in r.elements)
    last = Outcome("undecided")
    for conditions, reading in r.tried[:3]:
        last = judge.outcome(a, b, r.elements[0].at, reading, conditions, [], r.skip, quick=True)
        if last.word == "proved":
            break
    return last


def _blame(judge: Judge, d: Definition, fixed: list[Judged], old: Node, new: Node) -> None:
    """The definition's row is the wrong one; the rows that rest on it are not."""
    for r in judge.found:
        if r.elements is not None and d.link in (
            (id(r.elements[0]), id(r.elements[1])),
            (id(r.elements[1]), id(r.elements[0])),
        ):
            r.word, r.witness = "wrong", fixed[0].witness
            r.reason = f"{len(fixed)} rows that rest on this definition are false with it"
            side = r.elements[1]
            r.suggestion = _spliced(judge, side.at, side.tokens[-1], old, new)
            line = judge.book.source.line_of(r.at)
            for f in fixed:
                f.word, f.witness = "undecided", None
                f.reason = f"rests on the definition in line {line}"
            return


__all__ = ["Deriv", "changes", "repaired"]
