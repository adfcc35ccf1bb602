"""What a wrong row may have been meant to be: its one-place changes that are proved, and slips of a
definition.

A change is one of :mod:`.changes`.  Where several rows fail that rest on one definition, and one change of
that definition lets them all hold, it is the definition that is wrong.
"""

from __future__ import annotations

import time

from symderiv.documents.changes import changes
from symderiv.documents.defining import Definition
from symderiv.documents.judge import Judge, Judged
from symderiv.documents.outcomes import Outcome
from symderiv.documents.reading import Reading
from symderiv.documents.spell import spelled
from symderiv.documents.syntax import Big, Condition, Node, Sym, walk

#: Seconds for one document, changes tried at one row.
_SECONDS, _TRIED = 30.0, 120


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
    # a side that agrees with what stands before it is not the one to change
    agrees = any(x.word == "proved" and x.elements and x.elements[1] is a for x in judge.found)
    for side, other in ((b, a),) if agrees else ((b, a), (a, b)):
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
    for conditions, assume, reading in _ways(r) or [([], [], Reading())]:
        outcome = judge.outcome(pair[0], pair[1], at, reading, conditions, assume, r.skip, quick=True)
        if outcome.word == "proved":
            return True
    return False


def _ways(r: Judged) -> list[tuple[list[Condition], list[str], Reading]]:
    """The readings that were tried at a row: the first ones, and the first one under a hypothesis."""
    return [x for x in r.tried if not x[1]][:3] + [x for x in r.tried if x[1]][:1]


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
    for conditions, assume, reading in _ways(r):
        last = judge.outcome(a, b, r.elements[0].at, reading, conditions, assume, r.skip, quick=True)
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
