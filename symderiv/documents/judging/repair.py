"""What a wrong row may have been meant to be: its one-place changes that are proved, and slips of a
definition.

A change is one of :mod:`.text.changes`.  Where several rows fail that rest on one definition, and one change
of that definition lets them all hold, it is the definition that is wrong.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from fractions import Fraction

from symderiv.documents.content.definition import Definition
from symderiv.documents.judging.asked import Outcome
from symderiv.documents.judging.judge import Judge, Judged
from symderiv.documents.judging.solved import UNSOLVED, solves
from symderiv.documents.matrix.values import put
from symderiv.documents.meaning.reading import Reading
from symderiv.documents.text.changes import Change, likeliest
from symderiv.documents.text.rows import Element
from symderiv.documents.text.spell import end_of, spelled, spliced
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Condition,
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

#: Seconds (of the processor, so that a busy machine finds the same) for the definitions and for the rows of
#: one document, changes tried at one.
_SECONDS, _TRIED = 20.0, 120
_LOSS = re.compile(r"\b(?:loss|cost|error|entropy|perte|verlust|pérdida|costo?)\b|损失|代价|誤差|손실|потер")
BY_NAME = "is another function by its name"


def blamed(judge: Judge) -> None:
    """Blame a definition where that explains most of the wrong rows that rest on it."""
    wrong = [r for r in judge.found if r.word == "wrong" and r.elements is not None]
    if len(wrong) > 1:
        _definitions(judge, wrong, time.thread_time() + _SECONDS)


def repaired(judge: Judge) -> None:
    """Add suggestions to the wrong rows of a document."""
    deadline = time.thread_time() + _SECONDS
    _misnamed(judge)
    _alone(judge, deadline, True)
    for r in judge.found:
        named = r.reason.endswith(BY_NAME)  # the name says what it should be
        if r.word == "wrong" and r.elements is not None and not (r.suggestion or is_formal(r) or named):
            _suggest(judge, r, deadline)
    _alone(judge, deadline, False)


def _misnamed(judge: Judge) -> None:
    """Blame a definition that is not the function which its name says, where rows hold for that one only."""
    for d, meant in judge.misnamed:
        wrong = [
            r for r in judge.found if r.word == "wrong" and r.elements is not None and _rests(judge, r, d)
        ]
        original, d.body = d.body, meant
        fixed = [r for r in wrong if _still(judge, r).word == "proved"]
        d.body = original
        if fixed:
            _blame(judge, d, fixed)


def is_formal(r: Judged) -> bool:
    """Whether a row is false only before a name is written out: no change of it is tried, which would have to
    hold before that."""
    return r.reason.endswith("is written out")


def _suggest(judge: Judge, r: Judged, deadline: float) -> None:
    assert r.elements is not None
    a, b = r.elements
    assert a.node is not None
    assert b.node is not None
    solution = judge.definition_of(a, b) if r.reason == UNSOLVED else None
    if solution is not None:
        _suggest_solution(judge, r, solution, deadline)
        return
    letters = _letters(judge, (a.node, b.node))
    # a side that agrees with what stands before it is not the one to change
    agrees = any(x.word == "proved" and x.elements and x.elements[1] is a for x in judge.found)
    for side, other in ((b, a),) if agrees else ((b, a), (a, b)):
        assert side.node is not None
        assert other.node is not None
        for changed, old, new in likeliest(side.node, letters, _TRIED):
            if time.thread_time() > deadline:
                break
            pair = (other.node, changed) if side is b else (changed, other.node)
            if _holds(judge, r, pair):
                r.suggestion = spliced(judge.book.source.raw, side.at, side.tokens[-1], old, new)
                if changed == Neg(side.node):  # also where it is told by its entries
                    r.suggestion = f"-{_whole(judge, side)}"
                if not r.suggestion:
                    continue
                if side.at <= old.at:  # the place of the slip, not of its row
                    r.at = old.at
                return
        if time.thread_time() < deadline and (factor := _lost_factor(judge, r, side, other)):
            r.suggestion = f"{factor} {_whole(judge, side)}"[:300]
            return


def _whole(judge: Judge, side: Element) -> str:
    """A side as it is written, in brackets where a sign or a factor before it needs them."""
    raw = judge.book.source.raw
    shown = " ".join(raw[side.at : end_of(raw, side.tokens[-1])].split())
    return f"({shown})" if isinstance(side.written or side.node, (Add, Neg)) else shown


def _lost_factor(judge: Judge, r: Judged, side: Element, other: Element) -> str:
    """The 1/n that a side lacks, of a number n that only the other side rests on."""
    assert side.node is not None
    assert other.node is not None
    if not isinstance(other.node, Deriv):
        return ""
    here, there = (_numbers(judge, x) for x in (side.node, other.node))
    for name in sorted(there - here):
        lost = Div(Number(Fraction(1)), Sym(name))
        made = Mul((lost, side.node))
        pair = (other.node, made) if r.elements is not None and side is r.elements[1] else (made, other.node)
        if _holds(judge, r, pair):
            return spelled(lost, "")
    return ""


def _numbers(judge: Judge, node: Node) -> set[str]:
    """The plain names of numbers that a side rests on."""
    syms = (n for n in reached(judge, [*walk(node)]) if isinstance(n, Sym) and not n.primes)
    return {n.base for n in syms if not judge.book.usage.split(n)[1] and not (n.sub or n.sup)}


def _suggest_solution(judge: Judge, r: Judged, d: Definition, deadline: float) -> None:
    """A change of what is said to solve an equation that does solve it."""
    assert r.elements is not None
    side = r.elements[1]
    formula = max((f for f in judge.book.formulas if f.item.at <= r.at), key=lambda f: f.item.at)
    original = d.body
    try:
        for changed, old, new in likeliest(original, _letters(judge, (original,)), _TRIED):
            if time.thread_time() > deadline:
                return
            d.body = changed
            found = solves(judge, formula, d, set())
            if found is not None and found.word == "proved":
                r.suggestion = spliced(judge.book.source.raw, side.at, side.tokens[-1], old, new)
                return
    finally:
        d.body = original


def _holds(judge: Judge, r: Judged, pair: tuple[Node, Node]) -> bool:
    assert r.elements is not None
    at = r.elements[0].at
    for conditions, assume, reading in _ways(r) or [([], [], Reading())]:
        outcome = judge.outcome(pair[0], pair[1], at, reading, conditions, assume, r.skip, quick=True)
        if outcome.word == "proved":
            return True
    return False


def _ways(r: Judged) -> list[tuple[list[Condition], list[str], Reading]]:
    """The readings that were tried at a row: the first ones, and the first one under a hypothesis."""
    return [x for x in r.tried if not x[1]][:3] + [x for x in r.tried if x[1]][:1]


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


# --- a definition that is wrong -------------------------------------------------------------------


def _definitions(judge: Judge, wrong: list[Judged], deadline: float) -> None:
    """Blame a definition that one change of makes most of the wrong rows hold.  The definitions take turns,
    so that each has its first changes tried while there is time."""
    waiting = [
        x
        for versions in list(judge.book.definitions.values())
        for x in [_changed(judge, versions[0], wrong)]
        if x is not None
    ]
    for turn in range(_TRIED):
        for x in list(waiting):
            if turn >= len(x.changes):
                waiting.remove(x)
                continue
            if time.thread_time() > deadline:
                return
            if not all(r.word == "wrong" for r in x.resting):  # another definition is to blame
                waiting.remove(x)
                continue
            changed, old, new = x.changes[turn]
            fixed = _mended(judge, x, changed)
            if fixed:
                _blame(judge, x.definition, fixed, old, new, said=x.written.get(id(new), ""))
                waiting.remove(x)


@dataclass(slots=True)
class _Suspect:
    """A definition with the wrong rows that rest on it, some that hold, and its changes."""

    definition: Definition
    resting: list[Judged]
    others: list[Judged]
    changes: list[Change]
    written: dict[int, str]  #: how rows write those changes that are of the whole


def _changed(judge: Judge, d: Definition, wrong: list[Judged], least: int = 2) -> _Suspect | None:
    resting = [r for r in wrong if _rests(judge, r, d) and not _lacks_brackets(r, d.body)]
    if len(resting) < least or any(_is_step(judge, r, d) for r in resting):
        return None  # E = a = b, where b is not a: what rests on E goes on with b
    held = [r for r in judge.found if r.word == "proved" and r.elements is not None and _rests(judge, r, d)]
    letters = list(dict.fromkeys([*d.letters, *_letters(judge, (d.body,))]))
    changes = [x for x in likeliest(d.body, letters, _TRIED) if not _drops_number(*x[1:])]
    if isinstance(d.body, Neg) and any(isinstance(n, Fn) and n.name == "log" for n in walk(d.body)):
        changes = [
            x for x in changes if Neg(x[1]) != x[2] and x[1] != Neg(x[2])
        ]  # its sign is as it should be
    signed = [(Neg(d.body), d.body, Neg(d.body))] if _lacks_sign(judge, d) else []
    told = _differentiated_as(judge, d, resting)
    written = [(x, d.body, x) for x, _ in told]
    return _Suspect(d, resting, held[:4], [*written, *signed, *changes], {id(x): text for x, text in told})


def _is_step(judge: Judge, r: Judged, d: Definition) -> bool:
    """Whether a row goes on from a definition, by nothing but what stands in it."""
    if r.elements is None or id(r.elements[0]) != d.link[1]:
        return False
    return judge.rests_on_none([n for e in r.elements if e.node is not None for n in walk(e.node)])


def _drops_number(old: Node, new: Node) -> bool:
    """Whether a change takes a number or a 1/n away: it is the rows that lose these."""
    if not isinstance(old, Mul):
        return False
    kept = new.factors if isinstance(new, Mul) else (new,)
    lost = [f for f in old.factors if f not in kept]
    return (
        len(lost) == 1
        and all(isinstance(n, (Number, Div, Sym)) for f in lost for n in walk(f))
        and (isinstance(lost[0], Number) or (isinstance(lost[0], Div) and isinstance(lost[0].top, Number)))
    )


def _differentiated_as(judge: Judge, d: Definition, rows: list[Judged]) -> list[tuple[Node, str]]:
    """What rows write for a name that they differentiate, and how: the x of
    ``\\frac{dP}{dz} = \\frac{d}{dz} x``."""
    found = []
    for a, b in (r.elements for r in rows if r.elements is not None):
        if isinstance(a.node, Deriv) and isinstance(b.node, Deriv) and a.node.targets == b.node.targets:
            key, marks = judge.book.usage.split(a.node.body) if isinstance(a.node.body, Sym) else ("", ())
            letters = [m for m in marks if m.kind == "letter" and not m.shift]
            body = b.node.body
            if key == d.key and len(letters) == len(marks) == len(d.letters) and body is not None:
                raw, name = judge.book.source.raw, a.node.body
                said = f"{spelled(name, raw)} = {spelled(body, raw)}" if name is not None else ""
                for m, own in zip(letters, d.letters, strict=True):
                    body = put(body, m, Mark("letter", own))
                found.append((body, said))
    return found


def _alone(judge: Judge, deadline: float, unlike: bool) -> None:
    """Blame a definition for the one row that no change of its own mends: a change of the definition does,
    and breaks none of the rows that hold.  No change of a factor or a power: the row may have lost it.
    ``unlike``: only those of an entry that do not have its index, and entropies with a sign lost."""
    wrong = [r for r in judge.found if r.word == "wrong" and r.elements is not None]
    for r in wrong:
        suspects = [] if r.suggestion or r.reason else [
            x for versions in list(judge.book.definitions.values()) for d in versions[:1] if d.at < r.at
            if not unlike or _is_lopsided(d.body) or _lacks_sign(judge, d)
            or not set(d.letters) <= judge.letters_in([*walk(d.body)])
            for x in [_changed(judge, d, [r], 1)] if x is not None and d.link not in _links(wrong)
        ]  # fmt: skip
        for x in suspects:
            body = x.definition.body
            product = [(Mul(body.terms), body, Mul(body.terms))] if isinstance(body, Add) else []
            for changed, old, new in [*product, *filter(_is_own, x.changes)]:
                if time.thread_time() > deadline or r.word != "wrong":
                    break
                if fixed := _mended(judge, x, changed, 1):
                    _blame(judge, x.definition, fixed, old, new)


def _lacks_sign(judge: Judge, d: Definition) -> bool:
    """Whether what the text calls a loss is a sum of logarithms without a sign: ``y \\log p + ...``."""
    f = judge.book.formula_at(d.at)
    words = f"{f.before[-120:]} {f.heading}".lower() if f is not None else ""
    if not _LOSS.search(words) or "likelihood" in words:
        return False
    body = d.body
    while isinstance(body, (Big, Mul)):
        body = body.body if isinstance(body, Big) else body.factors[-1]
    terms = body.terms if isinstance(body, Add) else (d.body,)
    inner = [[n for n in walk(t) if not isinstance(n, Neg)] for t in terms]
    logs = [any(isinstance(n, Fn) and n.name == "log" for n in own) for own in inner]
    return all(logs) and not any(isinstance(n, Neg) for n in (d.body, *terms))


def _is_lopsided(body: Node) -> bool:
    """Whether two logs have unlike signs whose arguments add up to 1: ``-y \\log p + (1-y) \\log(1-p)``."""
    if not isinstance(body, Add) or len(body.terms) != 2:
        return False
    signs = [isinstance(t, Neg) for t in body.terms]
    logs = [[n for n in walk(t) if isinstance(n, Fn) and n.name == "log"] for t in body.terms]
    if signs[0] == signs[1] or [len(x) for x in logs] != [1, 1]:
        return False
    (one,), (two,) = (x[0].args for x in logs)
    return any(y == Add((Number(Fraction(1)), Neg(x))) for x, y in ((one, two), (two, one)))


def _is_own(change: Change) -> bool:
    """Whether a change is none of a factor: of an index, of the sign of one of some terms, or the square of
    a difference, which no row loses."""
    match change[1:]:
        case (Sym() as old, Sym() as new):
            return old.primes == new.primes
        case (Add(), Add()) | (Condition(), _) | (Add(), Pow()):
            return True
        case (_, Neg(x)) if x == change[1]:  # of the whole
            return isinstance(x, Add)
    return False


def _links(rows: list[Judged]) -> set[tuple[int, int]]:
    """The two sides of rows, as definitions name them."""
    pairs = [r.elements for r in rows if r.elements is not None]
    return {x for a, b in pairs for x in ((id(a), id(b)), (id(b), id(a)))}


def _lacks_brackets(r: Judged, body: Node) -> bool:
    """Whether a definition was put into a row without its brackets: y - w x + b, where it is w x + b."""
    first, *rest = body.terms if isinstance(body, Add) else (body,)
    nodes = [n for e in r.elements or () if e.node is not None for n in walk(e.node)]
    sums = [list(n.terms) for n in nodes if isinstance(n, Add) and rest]
    return any(
        terms[n] == Neg(first) and terms[n + 1 : n + 1 + len(rest)] == rest
        for terms in sums
        for n in range(len(terms))
    )


def _mended(judge: Judge, x: _Suspect, changed: Node, least: int = 2) -> list[Judged]:
    """The wrong rows that hold with a change, where these are most of them, and more than it breaks."""
    d, allowed = x.definition, (len(x.resting) - 1) // 2
    original, d.body = d.body, changed
    try:
        fixed: list[Judged] = []
        for n, r in enumerate(x.resting):
            if _still(judge, r).word == "proved":
                fixed.append(r)
            elif n + 1 - len(fixed) > allowed:
                return []
        broken = [r for r in x.others if _still(judge, r).word == "refuted"]
    finally:
        d.body = original
    if len(fixed) <= 2 * len(broken) or (least == 1 and broken):
        return []
    naught = judge.outcome(changed, Number(Fraction(0)), d.at, Reading(), [], [], {d.link[0]}, quick=True)
    return [] if naught.word == "proved" else fixed  # of 0, what rests on it says that 0 is 0


def _rests(judge: Judge, r: Judged, d: Definition) -> bool:
    assert r.elements is not None
    nodes = [n for e in r.elements if e.node is not None for n in walk(e.node)]
    return any(n is d.body or n == d.body for n in reached(judge, nodes))


def reached(judge: Judge, nodes: list[Node]) -> list[Node]:
    """The nodes of a row and of its definitions, also by way of p(x_i | m) where p(x | m) is defined."""
    seen: set[str] = set()
    while True:
        nodes = judge.with_definitions(nodes)
        heads = {n.head.base for n in nodes if isinstance(n, Apply) and n.opaque} - seen
        if not heads:
            return nodes
        seen |= heads
        for (key, _), versions in judge.book.definitions.items():
            if key.partition("(")[0] in heads and "(" in key:
                nodes = [*nodes, *(n for v in versions for n in walk(v.body))]


def _still(judge: Judge, r: Judged) -> Outcome:
    assert r.elements is not None
    a, b = (e.node for e in r.elements)
    last = Outcome("undecided")
    for conditions, assume, reading in _ways(r):
        for quick in (True, False):  # what is not refuted may hold for positive numbers
            last = judge.outcome(a, b, r.elements[0].at, reading, conditions, assume, r.skip, quick=quick)
            if last.word != "undecided":
                break
        if last.word == "proved":
            break
    return last


def _blame(judge: Judge, d: Definition, fixed: list[Judged], *change: Node, said: str = "") -> None:
    """The definition's row is the wrong one; the rows that rest on it are not.  ``change``: the part of it
    that is wrong and what it should be; without them, it is not the function that its name says.  ``said``:
    how rows write the whole, for a definition that is written by its entries."""
    for r in judge.found:
        if r.elements is not None and d.link in (
            (id(r.elements[0]), id(r.elements[1])),
            (id(r.elements[1]), id(r.elements[0])),
        ):
            r.word, r.witness = "wrong", fixed[0].witness
            count = "one row that rests" if len(fixed) == 1 else f"{len(fixed)} rows that rest"
            r.reason = f"{count} on this definition {'is' if len(fixed) == 1 else 'are'} false with it"
            side = r.elements[1]
            if said and side.written is not None:
                r.suggestion = said
            elif change:
                r.suggestion = spliced(judge.book.source.raw, side.at, side.tokens[-1], *change)
            else:
                r.reason = f"{d.key} {BY_NAME}"
            line = judge.book.source.line_of(r.at)
            for f in fixed:
                f.word, f.witness = "undecided", None
                f.reason = f"rests on the definition in line {line}"
            return
