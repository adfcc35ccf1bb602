"""A document in parts: notes that take up one thing after the other use a name for something new in each.

Input: the source and the judge of the whole document.  What is set: rows of the whole that it leaves open, or
finds wrong, where they hold (or say what a name is) in their own part, read alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from symderiv.documents.content.book import book_of
from symderiv.documents.judging.judge import Judge, Judged
from symderiv.documents.text.blocks import items_of
from symderiv.documents.text.source import Source
from symderiv.documents.text.syntax import Deriv, Node, Sym, walk

#: Parts of a document that are read alone, levels of headings that part it.
_MOST, _LEVELS = 40, 5
_OPEN = ("undecided", "unread")
_FIELDS = ("word", "reason", "claim", "checkers", "under", "witness", "layout", "tried", "skip", "elements")


def judge_parts(source: Source, whole: Judge, seconds: float) -> None:
    """Judge the parts with such rows, and set these."""
    for part, start, end in _parts(source):
        rows = [r for r in whole.found if start <= r.at < end]
        if not any(r.word in (*_OPEN, "wrong") for r in rows):
            continue
        left = whole.deadline - time.thread_time()
        if left < seconds:
            return
        alone = Judge(book_of(part), whole.seconds, left, whole.checkers)
        found = {_key(r): r for r in alone.run() if start <= r.at < end}
        _settle(whole, alone, rows, found)


def _parts(source: Source) -> Iterator[tuple[Source, int, int]]:
    """The parts below the highest headings of which there are several, with what stands before them."""
    heads = [x for x in items_of(source) if x.kind == "heading" and x.level <= _LEVELS]
    levels = [x.level for x in heads]
    level = min((n for n in levels if levels.count(n) > 1), default=0)
    cuts = [x.at for x in heads if x.level == level]
    if not 1 < len(cuts) <= _MOST:
        return
    for start, end in zip(cuts, [*cuts[1:], len(source.text)], strict=True):
        kept = [(0, cuts[0]), (start, end)]
        text, raw = (_only(x, kept) for x in (source.text, source.raw))
        yield replace(source, text=text, raw=raw), start, end


def _only(text: str, kept: list[tuple[int, int]]) -> str:
    """A text with blanks in the place of all but some stretches of it."""
    made, at = [], 0
    for start, end in kept:
        made += ["".join("\n" if c == "\n" else " " for c in text[at:start]), text[start:end]]
        at = end
    return "".join([*made, *("\n" if c == "\n" else " " for c in text[at:])])


def _key(r: Judged) -> tuple[int, ...]:
    return tuple(e.at for e in r.elements) if r.elements is not None else (r.at,)


def _settle(whole: Judge, alone: Judge, rows: list[Judged], found: dict[tuple[int, ...], Judged]) -> None:
    """Set the rows of one part."""
    open_rows = [r for r in rows if r.word in _OPEN or (r.word == "wrong" and not r.suggestion)]
    pairs = [(r, found[_key(r)]) for r in open_rows if _key(r) in found]
    held = [
        (r, s) for r, s in pairs if s.word == "proved" and not s.unstated and not _hidden(whole, alone, s)
    ]
    ids = {id(s) for _, s in held}
    slips = any(s.word == "wrong" for s in found.values())
    clash = len(held) > 0 and not slips
    for r, s in pairs:
        told = s.word in ("definition", "not a claim")
        if id(s) in ids or (told and (r.word in _OPEN or clash)) or (r.word == "wrong" and clash):
            for name in _FIELDS:
                setattr(r, name, getattr(s, name))


def _hidden(whole: Judge, alone: Judge, row: Judged) -> bool:
    """Whether a name in a row with derivatives, which its part does not define, depends elsewhere on what
    they are by."""
    nodes = [n for e in row.elements or () if e.node is not None for n in walk(e.node)]
    if not any(isinstance(n, Deriv) for n in nodes):
        return False
    every = alone.with_definitions(nodes)
    by = {key for key, _ in alone.targets_in(every)}
    for sym in (n for n in every if isinstance(n, Sym)):
        key, marks = whole.book.usage.split(sym)
        versions = whole.book.definitions.get((key, len(marks)), [])
        function = bool(versions) and all(d.params for d in versions)  # what it is of stands beside it
        if (
            whole.is_known(key, len(marks))
            and not function
            and not alone.book.arities(alone.book.usage.split(sym)[0])
        ):
            below: list[Node] = whole.with_definitions([sym])
            if by & {whole.book.usage.split(n)[0] for n in below if isinstance(n, Sym)} - {key}:
                return True
    return False
