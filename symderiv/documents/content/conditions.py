"""Which conditions hold where a formula stands: those of its clause, its sentence, its bullet, its heading.

Input: items and their formulas.  What is set: :attr:`Formula.scope` (conditions any of which may be meant),
:attr:`Formula.clause` (those of its own clause, which are meant together), :attr:`Formula.words` (the
words of that clause) and :attr:`Formula.conditional` (a condition is said of it that is not understood).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.text.blocks import Item
from symderiv.documents.text.marks import condition_of
from symderiv.documents.text.rows import Row, Statement
from symderiv.documents.text.rows import joined as pair
from symderiv.documents.text.syntax import Apply, Condition, Mark, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that the text states: ``at`` where, ``how``: row, bullet, heading or prose."""

    condition: Condition
    at: int
    how: str


def conditions_of(row: Row) -> list[Condition]:
    """The conditions between positions that stand in a row."""
    found = []
    for piece in [*row.notes, *(e for s in row.statements for e in [pair(s)])]:
        c = condition_of(piece)
        if c is not None and isinstance(c.left, Mark) and isinstance(c.right, Mark):
            found.append(c)
    for s in (s for s in row.statements if s.relations == ["", "<"]):
        a, b = s.elements
        signs = [t.text for t in row.tokens if a.tokens[-1].at < t.at < b.at]
        ends = [[t.text for t in e.tokens] for e in (a, b)]
        low = (ends[1], signs) in ((["0"], [">"]), (["1"], ["geq"]), (["1"], ["ge"]))
        (name, *more) = ends[0] if low else ends[1] if (ends[0], signs) == (["0"], ["<"]) else [""]
        if name in tuple("ijklmn") and not more:  # k > 0: none of what is counted from 0 but the first
            found.append(Condition("neq", Mark("letter", name), Mark("number", "0")))
    return found


def pair_by_pair(s: Statement) -> list[Statement]:
    """``k = i \\neq j``, of letters of indices: a condition between each two."""
    texts = [t.text for e in s.elements for t in e.tokens]
    plain = len(texts) == len(s.elements) > 2 and set(texts) <= set("ijklmnpq") and len(set(texts)) > 1
    if not plain or s.leading or not set(s.relations[1:]) <= {"=", "!"}:
        return [s]
    later = zip(pairwise(s.elements), s.relations[1:], strict=True)
    return [replace(s, elements=list(two), relations=["", sign]) for two, sign in later]


def positions(formulas: list[Formula]) -> frozenset[str]:
    """Letters that stand below names and alone only where they are compared: w and o, of ``w \\neq o``."""
    below: set[str] = set()
    plain: set[str] = set()
    for s in (s for f in formulas for r in f.rows for s in r.statements):
        sides = [e.node for e in s.elements if e.node is not None]
        alone = [n for n in sides if isinstance(n, Sym) and n == Sym(n.base)]
        compared = len(alone) == len(s.elements) == 2 and s.relations[1] in ("!", "=")
        every = [n for x in sides for n in walk(x)]
        told = {id(x) for n in every if isinstance(n, Apply) for x in n.args}  # J(o), of the word o
        told |= {id(n) for n in alone if compared or len(s.elements) == 1}
        for n in (n for n in every if isinstance(n, Sym)):
            below.update(m.text for m in n.sub if m.kind == "letter" and m.text.islower())
            plain.update((n.base,) if id(n) not in told else ())
    return frozenset(x for x in below - plain if len(x) == 1)


def between_letters(c: Condition, places: frozenset[str] = frozenset()) -> bool:
    """Whether a condition is surely one between index letters: ``i = j``, ``i`` not ``class``; ``places``:
    those of a document, by :func:`positions`."""
    marks = (c.left, c.right)
    if c.op == "neq" and isinstance(c.left, Mark) and isinstance(c.right, Mark) and c.right.kind == "number":
        return c.left.kind == "letter" and c.left.text in "ijklmnc"  # one of the others: i is not 0
    if not all(isinstance(m, Mark) and m.kind in ("letter", "word") for m in marks):
        return False
    texts = [m.text for m in marks]
    if c.op == "=" or c.op == "neq":
        usual = any(t in "ijklmnc" for t in texts) and all(t.islower() for t in texts)
        return usual or (c.op == "neq" and places.issuperset(texts))
    return False


def is_of_letters(c: Condition) -> bool:
    """Whether a condition is one of two small letters, whatever they are."""
    texts = [m.text for m in (c.left, c.right) if isinstance(m, Mark) and m.kind == "letter"]
    return len(set(texts)) == 2 and all(len(x) == 1 and x.islower() for x in texts)


_PLAIN = re.compile(r"(?<![A-Za-z0-9_])([a-z])\s*(==|=|≠|!=|\\neq?)\s*([a-z]+)(?![A-Za-z0-9_])")


def spoken(text: str) -> list[Condition]:
    """Conditions in plain words: ``Case 2 (i ≠ class)``."""
    found = []
    for m in _PLAIN.finditer(text):
        op = "=" if m.group(2) in ("=", "==") else "neq"
        right = m.group(3)
        kind = "letter" if len(right) == 1 else "word"
        found.append(Condition(op, Mark("letter", m.group(1)), Mark(kind, right)))
    return found


#: What begins a line that heads those behind it: "**Case 2: i != j**".
_CASE = re.compile(
    r"\s*(?:\*\*|__|(?:case|fall|caso|cas|случай)\b|경우|情况|情形|場合|ケース)", re.IGNORECASE
)


def set_scope(items: list[Item], formulas: list[Formula]) -> None:
    """What conditions hold where each formula stands: until the next heading, bullet or contrary one."""
    waiting = iter(formulas)
    places = positions(formulas)
    for f in formulas:
        f.places = places
    place, title = 0, ""
    outer: list[tuple[int, list[Held]]] = []  # bullets that hold the one that is read, and what holds in them
    level = -1
    scope: list[Held] = []
    line: list[Held] = []
    words = ""
    section = 0
    heading = ""
    how = ""
    step = False  # whether an item of a list with numbers is read
    steps: list[Held] = []  # what the items of such a list state
    for item in items:
        opens = item.kind == "heading" or (item.kind == "prose" and item.fresh and _CASE.match(item.text))
        how = "heading" if opens or (how == "heading" and item.kind == "math") else "prose"
        if item.kind in ("heading", "bullet"):
            place, title = place + 1, item.text
        if item.kind == "heading":
            section += 1
            heading = item.text
            scope, line, words, step, steps = [], [], item.text, False, []
            outer, level = [], -1
            line = [Held(c, item.at, "heading") for c in spoken(item.text)]
        elif item.kind == "bullet":
            scope = held_on(scope, [h for h in line if h.how == "heading"])  # in the line below a heading
            step = item.numbered
            steps = steps if step else []
            if 0 <= level < item.level:
                outer.append((level, [h for h in held_on(scope, line) if h.how != "heading"]))
            outer, level = [x for x in outer if x[0] < item.level], item.level
            held = outer[-1][1] if outer else []
            scope, line = [h for h in scope if h.how == "heading"] + held + _of_steps(steps), []
            words = item.text
            line = [Held(c, item.at, "bullet") for c in spoken(item.text)]
            steps += line
        elif item.kind == "break":
            scope = held_on(scope, line)
            line = []
        elif item.kind == "prose":
            words += " " + item.text
            said = [Held(c, item.at, "prose") for c in spoken(item.text)]
            line += said
            steps += said if step else []
        else:
            formula = next(waiting)
            formula.section, formula.place, formula.title = section, place, title
            formula.heading = heading
            formula.before = words[-300:]
            if not item.display or _only_states(formula):
                line += _stated(formula, how)
                steps += _stated(formula, how) if step else []
                words += " @ "
                formula.scope = held_on(scope, line)
            else:
                scope = held_on(scope, line)
                line = []
                formula.scope = list(scope)
                words = ""
    _set_clauses(items, formulas)


def _of_steps(steps: list[Held]) -> list[Held]:
    """What the steps of a derivation hold to: what no other one contradicts."""
    ops: dict[frozenset[str], set[str]] = {}
    for h in steps:
        ops.setdefault(_pair(h), set()).add(h.condition.op)
    return [h for h in steps if len(ops[_pair(h)]) == 1][-1:]


#: What only asks which of two conditions holds.
_WHETHER = re.compile(r"(?:\bwhether\b|\bob\b|\bselon que\b|是否|인지)[^.:;。：]*$", re.IGNORECASE)


def _stated(f: Formula, how: str) -> list[Held]:
    if _WHETHER.search(f.before):
        return []
    return [Held(c, f.item.at, how) for r in f.rows for c in conditions_of(r) if between_letters(c, f.places)]


def _only_states(f: Formula) -> bool:
    """Whether a formula is nothing but conditions, also where it stands on a line of its own."""
    held = _stated(f, "prose")
    return bool(held) and len(held) >= len([s for r in f.rows for s in r.statements])


def held_on(scope: list[Held], line: list[Held]) -> list[Held]:
    """The scope after a sentence: a new condition takes the place of one between the same letters; a sentence
    that names a condition and its contrary states neither."""
    names: dict[frozenset[str], set[str]] = {}
    for h in line:
        names.setdefault(_pair(h), set()).add(h.condition.op)
    new = [h for h in line if len(names[_pair(h)]) == 1]
    if not line:
        return scope
    gone = {_pair(h) for h in line}
    return [h for h in scope if _pair(h) not in gone] + new


def _pair(h: Held) -> frozenset[str]:
    return frozenset((str(h.condition.left), str(h.condition.right)))


# --- clauses --------------------------------------------------------------------------------------

WHEN = (
    r"if|iff|when|whenever|for|where|provided|as long as|unless|in case|except|while|given|"
    r"wenn|falls|für|si|pour|lorsque|quand|cuando|para|se|per|当|若|如果|其中|对于|对"
)
_ADVERBS = (
    "only|but|holds?|is true|valid|just|exactly|precisely|all|"
    "nur|genau|gilt|sólo|solo|solamente|únicamente|seulement|uniquement|somente|apenas"
)
#: What stands directly behind a formula and says a condition of it.
_BEHIND = re.compile(
    rf"\s*,?\s*\(?\s*(?:(?:{_ADVERBS})\s+){{0,3}}"
    rf"({WHEN})(?!\w)",
    re.IGNORECASE,
)
#: What makes a condition of the formula that it stands directly behind.
_POSTPOSED = re.compile(
    r"\s*(?:인(?=\s|$)|일\s*때|이면|이라면|だと|のとき|の時|ならば|なら(?!な)|の場合|时|時|的(?:充要|充分|必要)|成立的)"
)
_ELSE = r"otherwise|else|elsewhere|in all other cases|in the other case|"
_ELSE += r"for (?:(?:all|any|every|each) )?(?:the |of the )?others?|sonst|andernfalls|ansonsten|"
_ELSE += r"sinon|autrement|en otro caso|de lo contrario|(?:en )?caso contr[aá]rio|否则|其他"
_ELSE_BEHIND = re.compile(rf"\s*[,;(]?\s*(?:if\s+)?(?:{_ELSE})(?!\w)", re.IGNORECASE)
_ELSE_BEFORE = re.compile(
    rf"(?<![^\W当])(?:{_ELSE})(?:\s*[时時]候?)?\W*(?:(?:it|this|we|is|get|have|has|gives?|then)\W+){{0,4}}$",
    re.I,
)
#: The end of a sentence (not that of an abbreviation).
_END = re.compile(r"(?<!i\.e)(?<!e\.g)(?<!w\.r\.t)(?<!\bcf)(?<!\bresp)(?<!\bi)(?<!\be)[.!?。](?=\s|$|\))")
#: What opens a line that is a sentence of its own, whatever ends the line before.
_LINE = re.compile(r"\s*(?:(?:For|If|When|Case|Otherwise|Wenn|Falls|Si|Pour|Para)\b|[当若]|如果)")
#: A condition that opens a clause of its own: ", and if i != j, we get".
_OPENS = re.compile(
    rf"(?:^|[,;:.]\s*|\b(?:and|und|et|but|or|y|e)\s+)(?:\w+\s+)?(?:{WHEN})(?!\w)[^.;]*$", re.I
)


@dataclass(slots=True)
class _Piece:
    """A part of a sentence: words, a condition, a claim (a formula that states something), or another."""

    kind: str
    text: str = ""
    held: tuple[Held, ...] = ()
    formula: Formula | None = None


def _set_clauses(items: list[Item], formulas: list[Formula]) -> None:
    said: list[Held] = []
    for sentence in _sentences(items, formulas):
        said = _clauses(sentence, said)


def _sentences(items: list[Item], formulas: list[Formula]) -> list[list[_Piece]]:
    """The document's sentences; one goes on through displayed formulas as long as small letters follow."""
    waiting = iter(formulas)
    found: list[list[_Piece]] = [[]]
    shown = False  # whether a displayed formula is the last that was seen
    for item in items:
        if item.kind == "math":
            f = next(waiting)
            found[-1].append(_piece(f))
            shown = item.display and found[-1][-1].kind != "condition"
            continue
        if item.kind == "break":
            if not shown and not _opens_display(found[-1]):
                found.append([])
            continue
        opens = item.fresh and _LINE.match(item.text) is not None
        if opens or item.kind in ("heading", "bullet") or (shown and not _goes_on(item)):
            found.append([])
        shown = shown and not item.text.strip()
        at = 0
        for m in _END.finditer(item.text):
            _add_words(found[-1], item.text[at : m.start()], item.at)
            found.append([])
            at = m.end()
        _add_words(found[-1], item.text[at:], item.at)
        if item.kind == "heading":
            found.append([])
    return [s for s in found if any(p.kind == "claim" for p in s)]


def _goes_on(item: Item) -> bool:
    """Whether words behind a displayed formula belong to its sentence; in scripts without small letters, on
    a line of their own they do not."""
    text = item.text
    bare = text.strip(" ,;(")
    if not bare or text.strip()[0] in ",;(." or bare[0].islower():
        return True
    return not bare[0].isupper() and not item.fresh and _BEHIND.match(text) is not None


def _opens_display(sentence: list[_Piece]) -> bool:
    """Whether a paragraph ends where a displayed formula or its condition is to follow."""
    return bool(sentence) and any(p.kind != "words" or p.text.strip() for p in sentence)


def _add_words(sentence: list[_Piece], text: str, at: int) -> None:
    held = tuple(Held(c, at, "clause") for c in spoken(text))
    if held:
        m = _PLAIN.search(text)
        assert m is not None
        sentence.append(_Piece("words", text[: m.start()]))
        sentence.append(_Piece("condition", held=held))
        last = list(_PLAIN.finditer(text))[-1]
        text = text[last.end() :]
    if sentence and sentence[-1].kind == "words":
        sentence[-1].text += " " + text
    else:
        sentence.append(_Piece("words", text))


def _piece(f: Formula) -> _Piece:
    held = tuple(_stated(f, "clause"))
    statements = [s for r in f.rows for s in r.statements]
    if _only_states(f):
        return _Piece("condition", held=held)
    if f.error is not None or (statements and not held):
        return _Piece("claim", formula=f)
    tokens = [t for r in f.rows for t in r.tokens]
    return _Piece("claim" if len(tokens) > 2 else "other", formula=f)


def _clauses(sentence: list[_Piece], said: list[Held]) -> list[Held]:
    """Give each claim of a sentence the conditions of its clause; ``said``: those of the clause before it, of
    which "otherwise" says the contrary.  Those of its last clause."""
    claims = [n for n, p in enumerate(sentence) if p.kind == "claim"]
    taken: set[int] = set()
    given: dict[int, list[Held]] = {}
    for n, place in enumerate(claims):
        stop = claims[n + 1] if n + 1 < len(claims) else len(sentence)
        behind, unless = _behind(sentence, place, stop)
        if behind:
            given[place] = [h for k in behind for h in sentence[k].held]
            if unless:
                given[place] = [_contrary(h) for h in given[place]] if len(given[place]) == 1 else []
            taken |= set(behind)
    start = 0
    for place in claims:
        f = sentence[place].formula
        assert f is not None
        front = [k for k in range(start, place) if sentence[k].kind == "condition" and k not in taken]
        before = " ".join(p.text for p in sentence[start:place] if p.kind == "words")
        after = sentence[place + 1].text if place + 1 < len(sentence) else ""
        otherwise = _ELSE_BEHIND.match(after) is not None or _ELSE_BEFORE.search(before) is not None
        held = given.get(place, [])
        if not held and front:
            held = [h for k in front for h in sentence[k].held]
            if re.search(r"\bunless\b", before) and len(held) == 1:
                held = [_contrary(held[0])]
        if not held and otherwise:
            held = [_contrary(said[0])] if len(said) == 1 else []
            f.conditional = not held
        m = _BEHIND.match(after)
        f.words = before if m is None else f"{before} {re.split('[,;]', after[m.end() :])[0]}"
        if not held and m is not None and m.group(1).lower() not in ("for", "where", "given", "while"):
            f.conditional = True
        f.conditional = f.conditional or _POSTPOSED.match(after) is not None
        names = {(h.condition.op, _pair(h)) for h in held}
        if any((_contrary(h).condition.op, _pair(h)) in names for h in held):
            held, f.conditional = [], True  # "for i = j and i != j": which is not said
        f.clause = held
        said = held or said
        start = place + 1
    return said


def _behind(sentence: list[_Piece], place: int, stop: int) -> tuple[list[int], bool]:
    """The conditions that stand behind a claim and are said of it; whether it holds but for them."""
    m = _BEHIND.match(sentence[place + 1].text) if place + 1 < stop else None
    if m is None:
        return [], False
    found: list[int] = []
    for n in range(place + 1, stop):
        p = sentence[n]
        if p.kind == "condition":
            found.append(n)
        elif p.kind == "words" and found:
            if stop < len(sentence) and re.match(r"\s*[:：]", p.text):
                return [], False  # "if i = j: ..." heads the next one
            if ";" in p.text or re.match(r"\s*(?:otherwise|else)", p.text):
                break
            if n + 1 < stop and sentence[n + 1].kind == "condition" and _OPENS.search(p.text.strip() or "x"):
                break  # ", and if i != j" is the next one's
    return found, m.group(1).lower() in ("unless", "except")


def _contrary(h: Held) -> Held:
    return replace(h, condition=replace(h.condition, op="neq" if h.condition.op == "=" else "="))


def are_contrary(f: Formula, g: Formula) -> bool:
    """Whether two formulas stand under conditions that are each other's contrary."""
    one, two = ({(_pair(h), h.condition.op) for h in x.scope} for x in (f, g))
    return any((pair, "neq" if op == "=" else "=") in two and (pair, op) not in two for pair, op in one)
