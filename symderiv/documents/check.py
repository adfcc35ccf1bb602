"""The job of ``symderiv check``: a document read, its rows judged, its findings in order of their lines."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from symderiv.documents.content.book import book_of
from symderiv.documents.judging.confirmed import AS_READ, confirm
from symderiv.documents.judging.facts import LACKS
from symderiv.documents.judging.judge import Judge, Judged
from symderiv.documents.judging.lints import lints_of, notes_of
from symderiv.documents.judging.outcomes import NAUGHT, NO_DIVISOR, NO_INSTANCE
from symderiv.documents.judging.repair import blamed, repaired
from symderiv.documents.matrix.orders import OTHER_ORDER
from symderiv.documents.parts import judge_parts
from symderiv.documents.text.quotients import ONE_ABOVE, ORDERS
from symderiv.documents.text.source import Source
from symderiv.verify.claims import CHECKERS
from symderiv.verify.verdict import Witness


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person should look at.  ``kind``: wrong, lint, undecided, unread or note; only the first two
    change the exit status.  ``quiet``: shown only when asked for."""

    kind: str
    line: int
    column: int
    message: str
    formula: str = ""
    suggestion: str = ""
    witness: Witness | None = None
    quiet: bool = False


@dataclass(slots=True)
class Checked:
    """A document with its rows and findings."""

    source: Source
    rows: list[Judged]
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong or doubtful."""
        return not any(f.kind in ("wrong", "lint") for f in self.findings)


def check(
    source: Source,
    *,
    seconds: float = 5.0,
    total: float = 300.0,
    repairs: bool = True,
    checkers: tuple[str, ...] = CHECKERS,
) -> Checked:
    """Judge every row of a document."""
    started = time.perf_counter()
    book = book_of(source)
    judge = Judge(book, seconds, total, checkers)
    rows = judge.run()
    if repairs:
        blamed(
            judge
        )  # first: a part that defines a name anew holds also where the definition before is wrong
    judge_parts(source, judge, seconds)
    if repairs:
        repaired(judge)
        for r in (r for r in rows if r.word == "wrong" and r.unless and not r.suggestion):
            r.word, r.witness, r.reason = "undecided", None, r.unless
        confirm(judge)
    found = [f for r in rows for f in _finding(source, r)]
    found += [Finding("lint", *source.place(at), message) for at, message in lints_of(book, rows)]
    found += [Finding("note", *source.place(at), message) for at, message in notes_of(book, rows)]
    found.sort(key=lambda f: (f.line, f.column))
    return Checked(source, rows, found, time.perf_counter() - started)


def _is_one_name(source: Source, at: int) -> bool:
    """Whether what a derivative is by has a number above it that is no power: W^2 of a layer, beside a W^1,
    or \\theta^2, once, where that stands in brackets elsewhere."""
    slope = source.raw[at : at + 200].partition("=")[0]
    by = re.search(r"partial\s*\{?\s*(\\?[A-Za-z]+)\s*\^\s*\{?(\d)", slope)
    if by is None:
        return False
    name = re.escape(by[1])
    if re.search(rf"(?<!\\){name}\s*\^\s*\{{?1\b", source.raw):
        return True
    once = by[2] == "2" and slope.count("partial") == 2
    return once and re.search(rf"\(\s*{name}\s*\^\s*\{{?2\}}?\s*\)", source.raw) is not None


def _finding(source: Source, r: Judged) -> list[Finding]:
    line, column = source.place(r.at)
    shown = f"{r.left} = {r.right}" if r.left else ""
    if r.word == "wrong":
        message = "the two sides differ" + (f" ({r.reason})" if r.reason and r.reason != "delta" else "")
        message = r.reason if r.reason in LACKS.values() else message
        return [Finding("wrong", line, column, message, shown, r.suggestion, r.witness)]
    if r.reason == ORDERS and _is_one_name(source, r.at):
        return [Finding("unread", line, column, r.reason, shown, quiet=not r.display)]
    if r.reason in (ONE_ABOVE, ORDERS, NO_INSTANCE, NAUGHT, NO_DIVISOR, OTHER_ORDER):
        return [Finding("lint", line, column, r.reason, shown)]
    if r.word in ("unread", "undecided"):
        message = r.reason or ("not understood" if r.word == "unread" else "neither proved nor refuted")
        quiet = not r.display and r.reason != AS_READ
        return [Finding(r.word, line, column, message, shown, witness=r.witness, quiet=quiet)]
    needs = [u for u in r.under if u.startswith("needs ")]
    if r.word == "proved" and needs:
        kind = "lint" if r.unstated else "note"
        return [Finding(kind, line, column, "; ".join(needs), shown, quiet=True)]
    return []
