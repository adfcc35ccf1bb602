"""Items of a list, or formulas, that say the same of one case after the other: each with a y of its own.

Input: a second definition of a name.  Output: whether another name is defined anew beside it, which was
defined beside the first; whether its words say that it is of another kind; whether it is one of several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.definition import Definition
from symderiv.documents.content.folding import alike
from symderiv.documents.content.formulas import Formula
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import Apply, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.judging.restated import Restated

#: The beginning of an item of a list, with its title.
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?:(?:\*\*|__)([^*_\n]+)(?:\*\*|__))?", re.M)
#: The heading of an exercise.
_EXERCISE = re.compile(
    r"(?:№|\b(?:problem|exercise|question|task|aufgabe|übung|exercice|ejercicio|problema|esercizio|exercício|"
    r"задача|упражнение|пример)\b|例题|例題|习题|習題|练习|問題|问题|演習|문제|예제)\D{0,3}\d|\A[Q(]?\d+(?:[.-]\d+)*[.):]?\Z",
    re.IGNORECASE,
)
#: So many words before a formula say what it is for.
_WORDS = 4
#: What says of no thing which one it is.
_ARTICLES = frozenset(
    "the a an this that our its is are of and or to for in by with as same total full final we get "
    "following".split()
)


def is_parallel(judge: Restated, d: Definition) -> bool:
    """Whether two names are said once more, and otherwise, where d is: in an item, or in one formula."""
    book = judge.book
    first = book.definitions[d.key, len(d.letters)][0]
    here, there = (book.formula_at(x.at) for x in (d, first))
    if here is None or there is None or here is there or here.section != there.section:
        return False
    apart = here.place != there.place
    for key, versions in book.definitions.items():
        at = [(v, f) for v in versions if (f := book.formula_at(v.at)) is not None]
        if (key == (d.key, len(d.letters)) and apart) or not any(_beside(f, there, apart) for _, f in at):
            continue
        for v, f in at[1:]:
            if v is d or not _beside(f, here, apart):
                continue
            if v.anew or any(judge.asked(a, b) in ("refuted", "doubted") for a, b in _links(judge, v)):
                return True
    return False


def are_exercises(book: Book, d: Definition, first: Definition) -> bool:
    """Whether both stand under headings of exercises, each with its number."""
    one, two = (book.formula_at(x.at) for x in (d, first))
    if one is None or two is None or one.section == two.section:
        return False
    titles = [_EXERCISE.search(f.heading.strip()) for f in (one, two)]
    return all(titles) and one.heading != two.heading


def are_titled_apart(book: Book, d: Definition, first: Definition) -> bool:
    """Whether both stand in items of a list with titles of their own, "- **Bosons.**", "- **Fermions.**",
    which say nothing else."""
    titles = [_title(book.source.raw[: x.at]) for x in (first, d)]
    if not all(titles) or titles[0] == titles[1]:
        return False
    places = {f.place for x in (first, d) if (f := book.formula_at(x.at)) is not None}
    others = [v for vs in book.definitions.values() for v in vs if (v.key, v.letters) != (d.key, d.letters)]
    return not any((f := book.formula_at(v.at)) is not None and f.place in places for v in others)


def _title(before: str) -> str:
    """The bold words that the last item before an offset begins with, where no heading stands between."""
    found = list(_ITEM.finditer(before))
    if not found or re.search(r"^#", before[found[-1].end() :], re.M):
        return ""
    return (found[-1].group(1) or "").lower()


def is_refined(book: Book, versions: Sequence[Definition]) -> bool:
    """Whether a name is given a third meaning, each behind words of its own: first one loss, then a better
    one, then its mean."""
    told = []
    for v in versions:
        f = book.formula_at(v.at)
        words = re.split(r"@", f.before)[-1].split() if f is not None else []
        if len(words) >= _WORDS and any(isinstance(n, (Sym, Apply)) for n in walk(v.body)):
            told.append(alike(v.body))
    return len(set(told)) > 2


def is_contrasted(judge: Restated, f: Formula, first: Definition) -> bool:
    """Whether a definition is said of another kind than the one before it: "the point-wise sum is",
    "the pair-wise sum is"."""
    other = next((g for g in judge.book.formulas if g.item.at <= first.at < g.item.at + len(g.item.text)), f)
    one, two = (
        re.findall(r"[a-z][a-z-]*", re.split(r"[.;!?](?:\s|$)|@", g.before.lower())[-1])[-8:]
        for g in (other, f)
    )
    kinds = [{b: a for a, b in pairwise(x) if len(b) > 4 and a not in _ARTICLES} for x in (one, two)]
    return other is not f and any(kinds[1].get(noun, kind) != kind for noun, kind in kinds[0].items())


def _beside(f: Formula, other: Formula, apart: bool) -> bool:
    """Whether two formulas stand in one item (``apart``: where the names do so in two), or are one."""
    return f is other or (apart and f.place == other.place)


def _links(judge: Restated, d: Definition) -> Iterator[tuple[Element, Element]]:
    """The two sides that make a definition."""
    for s in (s for f in judge.book.formulas for r in f.rows for s in r.statements):
        for a, b in zip(s.elements, s.elements[1:], strict=False):
            if d.link in ((id(a), id(b)), (id(b), id(a))):
                yield a, b
