"""A formula to rows, a row to statements: chains ``a = b = c`` with the conditions that stand beside them.

Layout (align, split, eqnarray, gather, arrays of equations) is taken away first; rows that go on the one
before (they begin with a sign, or a bracket stays open) are joined to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from symderiv.documents.text.asides import (
    is_apart,
    is_blank,
    labelled,
    let_by,
    opened,
    termed,
    without_asides,
    without_dots,
    without_indent,
    without_number,
    without_places,
    without_title,
    without_unit,
)
from symderiv.documents.text.by_cases import branched, cases
from symderiv.documents.text.columns import in_columns, with_factors
from symderiv.documents.text.grammar import parse
from symderiv.documents.text.latex import Token, Unread
from symderiv.documents.text.marks import end_of_group, split_top, unbraced
from symderiv.documents.text.relations import NEW, RELATIONS, implied, relations_in
from symderiv.documents.text.runs import without_ranges
from symderiv.documents.text.syntax import Node, Number

_LAYOUT = frozenset(
    "equation align aligned alignedat alignat gather gathered multline split eqnarray displaymath "
    "flalign math empheq subequations IEEEeqnarray dmath".split()
)
_PLAIN = frozenset(("eqalign", "displaylines"))  # of plain TeX
_WITH_ARGUMENT = frozenset(("alignat", "alignedat", "array", "empheq", "IEEEeqnarray"))
#: Words before the case that something is said of.
_IF = frozenset(("if", "when", "whenever", "si", "wenn"))
_JOINS = re.compile(
    r"其中|则|故|所以|当|若|那么|即|且|和|因此|有|得|为|由|及|以及|또는|여기서|따라서|즉|よって|ここで|なら|где|при|если|и|или"
)
_SPLITTING = frozenset("and or where with hence thus so then since for if when given because therefore "
                       "while but also i.e. e.g. case otherwise s.t subject such".split())  # fmt: skip


@dataclass(slots=True)
class Element:
    """One side of a relation: its tokens and, where they are understood, its tree."""

    tokens: list[Token]
    node: Node | None = None
    error: Unread | None = None
    #: Of an element with vectors: its values (see :mod:`.matrix.vectors`), the tree as it is written.
    values: dict[Any, Any] = field(default_factory=dict)
    written: Node | None = None
    lowered: bool = False
    hard: bool = False
    misfit: str = ""
    claimed: bool = False  # whether a relation with it is surely a claim
    let: bool = False  # whether a word beside it says that it is given a meaning

    @property
    def at(self) -> int:
        """Where it begins."""
        return self.tokens[0].at if self.tokens else -1


@dataclass(slots=True)
class Statement:
    """A chain: ``relations[n]`` stands before ``elements[n]`` (the first is "" where nothing does).
    ``column``: the one that it stands in, of those with equations of their own; ``aside``: it is a remark."""

    elements: list[Element]
    relations: list[str]
    notes: list[list[Token]] = field(default_factory=list)
    column: int = 0
    aside: bool = False

    @property
    def leading(self) -> bool:
        """Whether it begins with a relation: it goes on an earlier chain."""
        return bool(self.relations and self.relations[0])


@dataclass(slots=True)
class Row:
    """One line of a formula: ``notes`` are what stands beside its statements (conditions, words)."""

    tokens: list[Token]
    statements: list[Statement] = field(default_factory=list)
    notes: list[list[Token]] = field(default_factory=list)
    ranges: list[tuple[str, str]] = field(default_factory=list)

    @property
    def at(self) -> int:
        """Where it begins."""
        return self.tokens[0].at if self.tokens else -1


def rows_of(tokens: list[Token], inline: bool = False) -> list[Row]:
    """The rows of a formula; ``inline``: it stands in a line of text, where ``a \\\\ b`` is a space."""
    if inline and not any(t.text in ("&", "begin") for t in tokens):
        parts = split_top(tokens, lambda t: t.kind == "newline")
        if not any(relations_in(p) and _begins(p) for p in parts[1:]):
            tokens = [t for t in tokens if t.kind != "newline"]
    flat, asides = without_asides(_unwrapped(_without_layout(unbraced(tokens))), relations_in)
    rows = [r for r in split_top(flat, lambda t: t.kind == "newline") if r]
    joined: list[list[Token]] = []
    for row in rows:
        shown = without_indent([t for t in row if not (t.kind == "sym" and t.text == "&")])
        if not any(t.kind != "quad" for t in shown):
            continue
        if joined and ((_goes_on(joined[-1], shown) and not is_apart(joined[-1], row)) or _open(joined[-1])):
            joined[-1] += without_indent(row)
        else:
            joined.append(list(row))
    made = [_row(r) for r in branched(joined)]
    for one, two in pairwise(made):
        if one.statements:
            break
        if two.statements and two.statements[0].leading and len(one.notes) == 1:
            _lead(one)  # (a + b)^2, and on the next line = a^2 + ...
    beside = [_row(a) for a in asides]
    goes_on = bool(made and made[0].statements and made[0].statements[0].leading)
    return [*made, *beside] if goes_on else [*beside, *made]  # no chain goes on from an aside


def _begins(tokens: Sequence[Token]) -> bool:
    """Whether what stands before a relation can be the head of another equation: no fraction of values."""
    texts = [t.text for t in tokens[:3]]
    return texts[:2] != ["frac", "{"] or texts[2:] in (["partial"], ["d"])


def _lead(row: Row) -> None:
    """Make what stands alone in a row the head of a chain, where it is no words."""
    words = [t for t in row.tokens if t.kind == "word"]
    if len(words) < len(row.tokens) and all(len(t.text.split()) == 1 for t in words):
        head = element_of(row.notes[0])
        if head.node is not None and not isinstance(head.node, Number):
            row.statements.append(Statement([head], [""]))


def _without_layout(tokens: list[Token]) -> list[Token]:
    """The tokens without the environments that only lay out, and without ``\\eqalign{...}``."""
    made: list[Token] = []
    for n in reversed([n for n, t in enumerate(tokens[:-1]) if t.text in _PLAIN and t.kind == "cmd"]):
        if tokens[n + 1].text == "{":
            end = end_of_group(tokens, n + 1)
            tokens = [*tokens[:n], *tokens[n + 2 : end], *tokens[end + 1 :]]
    stack: list[str] = []  # of the environments around: what is made of them
    n = 0
    while n < len(tokens):
        t = tokens[n]
        if t.kind == "cmd" and t.text in ("begin", "end") and n + 1 < len(tokens):
            close = end_of_group(tokens, n + 1)
            name = "".join(x.text for x in tokens[n + 2 : close]).rstrip("*")
            if t.text == "begin":
                layout = name in _LAYOUT or (name in ("array", "matrix") and _is_layout(tokens, close, made))
                stack.append("nothing" if layout else "")
                if made and made[-1].text == "\\{" and name in (*_LAYOUT, "array", "matrix"):
                    stack[-1] = _braced(tokens, close, made[:-1])
                    del made[len(made) - bool(stack[-1]) :]
                if stack[-1]:
                    n = close + 1
                    if name in _WITH_ARGUMENT and n < len(tokens) and tokens[n].text == "{":
                        n = end_of_group(tokens, n) + 1
                    made += cases("begin", t.at) if stack[-1] == "cases" else []
                    continue
            elif stack and (kind := stack.pop()):
                made += cases("end", t.at) if kind == "cases" else []
                n = close + 1
                continue
        made.append(t)
        n += 1
    return made


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """The tokens without the braces of a group that is a whole equation: ``\\boxed{a = b}``."""
    made: list[Token] = []
    ends: set[int] = set()
    for n, t in enumerate(tokens):
        if n in ends:
            continue
        before = made[-1] if made else None
        stands = before is None or before.kind in ("newline", "quad") or before.text in ("&", *NEW)
        if t.kind == "sym" and t.text == "{" and stands:
            close = end_of_group(tokens, n)
            inner = tokens[n + 1 : close]
            if relations_in(inner) or any(x.kind == "newline" for x in inner):
                ends.add(close)
                continue
        made.append(t)
    return made


def _is_layout(tokens: Sequence[Token], start: int, before: Sequence[Token]) -> bool:
    """Whether an array holds equations: it stands first, a relation in it beside a ``&`` or in each row."""
    if before and before[-1].text != "&" and before[-1].kind != "newline":
        return False
    if not before and _braced(tokens, start, before) == "nothing":
        return True
    inner = tokens[start + 1 : start + 400]
    return any(
        (a.text == "&" and b.text == "=") or (a.text == "=" and b.text == "&") for a, b in pairwise(inner)
    )


def _braced(tokens: Sequence[Token], start: int, before: Sequence[Token]) -> str:
    """What an environment behind a brace is, of which no other one closes it: equations (where it stands
    first, and each row has a relation outside brackets, before what stands beside it), or cases."""
    depth = 1
    end = start
    while depth and end + 1 < len(tokens):
        end += 1
        depth += {"begin": 1, "end": -1}.get(tokens[end].text, 0) if tokens[end].kind == "cmd" else 0
    behind = end_of_group(tokens, end + 1) + 1 if end + 1 < len(tokens) else end
    if behind < len(tokens) and tokens[behind].text == "\\}":
        return ""
    rows = [r for r in split_top(tokens[start + 1 : end], lambda t: t.kind == "newline") if r]
    if rows and rows[0][0].text == "{":  # the columns of an array
        rows[0] = rows[0][end_of_group(rows[0], 0) + 1 :]
    firsts = [split_top(r, lambda t: t.kind in ("quad", "word") or t.text == ",")[0] for r in rows]
    equations = all(relations_in([t for t in r if t.text != "&"]) for r in firsts)
    first = not before or before[-1].kind == "newline"
    return "nothing" if first and equations else "cases"


def _goes_on(before: list[Token], row: list[Token]) -> bool:
    """Whether ``row`` goes on the expression before it."""
    first = row[0]
    last = next((t for t in reversed(before) if t.text != "&" and t.kind != "quad"), first)
    if last.kind in ("sym", "cmd") and last.text in ("+", "-", "cdot", "times", "*", "="):
        return True
    has_relation = any(t.text in RELATIONS and t.kind in ("sym", "cmd") for t in before)
    sign = first.kind in ("sym", "cmd") and first.text in ("+", "-", "cdot", "times", "*", "/")
    return has_relation and sign


def _open(tokens: Sequence[Token]) -> bool:
    depth = 0
    for t in tokens:
        if t.kind == "sym":
            depth += {"(": 1, ")": -1, "[": 1, "]": -1, "\\{": 1, "\\}": -1}.get(t.text, 0)
    return depth > 0


def _row(tokens: list[Token]) -> Row:
    tokens, beside = without_places(_apart(without_title(without_number(termed(tokens)))))
    row = Row(tokens, notes=beside)
    shown, columns = in_columns(with_factors(tokens, relations_in), relations_in)
    shown, ranges = without_ranges(_assigned(labelled(shown)))
    shown = implied(shown, _separates)
    row.ranges += ranges
    for part in split_top(shown, _separates):
        piece = [t for t in part if not (t.kind == "word" and not t.text)]
        if not any(t.kind == "cmd" and t.text == "begin" for t in piece):  # in cases they separate
            piece = [t for t in piece if t.kind != "quad"]
        while piece and piece[-1].kind == "sym" and piece[-1].text in (".", ",", ":", "="):
            piece.pop()  # "=": what stands in the next formula begins with another one
        piece = without_dots(piece)
        if not piece:
            continue
        words = [t.text.lower() for t in piece[:2] if t.kind == "word"]
        piece = opened(let_by(piece, relations_in), relations_in)
        if any(t.kind == "sym" and t.text in ("!",) for t in piece[:1]):
            continue
        if piece[0].kind == "cmd" and piece[0].text == "rightarrow" and len(piece) > 1:
            piece = piece[1:]  # it follows that
        cuts = relations_in(piece)
        if not cuts:
            row.notes.append(piece)
            continue
        made = _statement(piece, cuts)
        for c in columns if row.statements or made.leading else ():
            if c.at <= piece[0].at:
                made.column, made.aside = c.number, c.aside
        if made.relations[-1] == "in" and "=" in made.relations:  # S = Q K^T \\in R^{n x n}
            named = piece[: cuts[0]] if not made.leading else piece[cuts[-2] + 1 : cuts[-1]]
            space = [*named, *piece[cuts[-1] :]]
            row.statements += [_statement(piece[: cuts[-1]], cuts[:-1]), _statement(space, [len(named)])]
        else:
            made.elements[0].let = any(x.startswith(("let", "denote", "define")) for x in words)
            row.statements.append(made)
    _set_cases(row, shown)
    return row


def _set_cases(row: Row, tokens: Sequence[Token]) -> None:
    """``y = 1 if p > 0.5``, ``p > 0.5 \\Rightarrow y = 1``: a value in that case is said by the way."""
    cases = any(s.relations[-1] in ("<", "->") for s in row.statements)
    if cases and any(t.text in NEW or _IF & {*t.text.lower().split()[:1]} for t in tokens):
        for s in row.statements:
            value = s.elements[-1].node
            s.aside = s.aside or (s.relations == ["", "="] and isinstance(value, Number))


def _apart(tokens: list[Token]) -> list[Token]:
    """Words in another script part what stands beside them, but for such as are one side of a relation."""
    made = list(tokens)
    depth = 0
    for n, t in enumerate(tokens):
        depth += {"{": 1, "}": -1, "begin": 1, "end": -1}.get(t.text, 0) if t.kind in ("sym", "cmd") else 0
        if t.kind == "word" and t.text and not t.text.isascii() and not depth:
            around = [x.text for x in (*tokens[max(n - 1, 0) : n], *tokens[n + 1 : n + 2])]
            if around == ["(", ")"] and not (n > 1 and tokens[n - 2].text.isupper()):  # (by definition)
                made[n - 1 : n + 2] = [Token("quad", "quad", t.at)] * 3
            near = [x.text for x in tokens[max(n - 2, 0) : n + 3] if x.text != "&"]
            alone = all(x.text == "&" or x.kind == "newline" for x in tokens[n + 1 : n + 2])
            alone = alone and n > 0 and tokens[n - 1].text not in (*RELATIONS, "&")
            if not any(x in RELATIONS for x in near) or alone or _JOINS.fullmatch(t.text):
                made[n] = Token("quad", "quad", t.at)
    return made


def _separates(t: Token) -> bool:
    if t.kind == "sym":
        return t.text in (",", ";", ":")
    if t.kind == "cmd":
        return t.text in NEW
    if t.kind == "word":
        words = t.text.lower().split()
        if t.text.startswith("(") and t.text.endswith(")"):
            return True
        return len(words) > 2 or any(w.rstrip(":,.") in _SPLITTING for w in words[:1])
    return t.kind == "quad"


def _assigned(tokens: list[Token]) -> list[Token]:
    """``:=`` and ``=:`` as one relation, ``+=`` and ``-=`` as a change of what stands before it."""
    made: list[Token] = []
    for token in tokens:
        t = token
        if t.text == ":" and t.kind == "sym" and made and made[-1].text == "=":
            continue
        if t.text == "=" and t.kind == "sym" and made:
            before = made[-3:] if [x.text for x in made[-3::2]] == ["{", "}"] else made[-1:]
            sign = before[len(before) // 2].text
            ahead = made[: -len(before)][-1:]
            if sign in ("+", "-") and ahead and ahead[0].text not in ("^", "_"):  # not P^- = M
                del made[-len(before) :]
                t = Token("cmd", "mapsto", t.at)
            elif made[-1].text == ":" and made[-1].kind == "sym":
                made.pop()
        made.append(t)
    return made


def _statement(piece: list[Token], cuts: list[int]) -> Statement:
    elements: list[Element] = []
    relations: list[str] = []
    previous, relation = 0, ""
    for n in [*cuts, len(piece)]:
        part = piece[previous:n]
        if part or n == len(piece):
            elements.append(element_of(part))
            relations.append(relation)
        relation = RELATIONS[piece[n].text] if n < len(piece) else ""
        previous = n + 1
    return Statement(elements, relations)


#: What is said of a list in braces, which states nothing, and of a place where something is least.
A_SET = "a set"
A_PLACE = "where something is least or greatest"
A_QUESTION = "a question"


def _is_set(tokens: list[Token]) -> bool:
    close = next((n for n, t in enumerate(tokens) if t.text == "\\}"), -1)
    behind = tokens[close + 1 :]
    bounded = close > 1 and len(behind) > 2 and behind[0].text == "_" and tokens[0].text == "\\{"
    if bounded and any(t.text == "=" for t in behind) and all(t.text != "\\{" for t in behind):
        return True  # {x_i}_{i=1}^n
    braced = len(tokens) > 2 and tokens[0].text == "\\{" and tokens[-1].text == "\\}"
    apart = (",", "|", ":", ";", "ldots", "cdots")  # {1...m}
    return braced and len(split_top(tokens[1:-1], lambda t: t.text in apart)) > 1


def element_of(tokens: list[Token]) -> Element:
    """A side of a relation, read."""
    element = Element(tokens)
    if _is_set(tokens):
        element.error = Unread(A_SET, tokens[0].at)
        return element
    if tokens and (tokens[0].text in ("argmin", "argmax") or tokens[0].text.split()[:1] == ["arg"]):
        element.error = Unread(A_PLACE, tokens[0].at)
        return element
    if is_blank(tokens):
        element.error = Unread(A_QUESTION, tokens[0].at)
        return element
    try:
        element.node = parse(without_unit(tokens))
    except Unread as error:
        if len(tokens) > 1 and error.at == tokens[-1].at and tokens[-1].text in (")", "]"):
            return replace(element_of(tokens[:-1]), tokens=tokens)  # a bracket that nothing opens
        element.error = error if error.at >= 0 or not tokens else Unread(error.message, tokens[0].at)
    except RecursionError:
        element.error = Unread("the formula is nested too deeply", tokens[0].at if tokens else -1)
    return element


def joined(s: Statement) -> list[Token]:
    """The tokens of a statement of two letters, which may be a condition."""
    if len(s.elements) != 2 or any(len(e.tokens) > 3 for e in s.elements):
        return []
    sign = {"=": "=", "!": "neq", "<": "<"}.get(s.relations[1])
    if sign is None:
        return []
    left, right = (e.tokens for e in s.elements)
    return [*left, Token("cmd" if sign == "neq" else "sym", sign, s.elements[1].at), *right]
