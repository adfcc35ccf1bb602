"""Formulas that go on the one before them: with a relation, or, in a block or line of their own, a sign.

Input: the source and its formulas.  What is set: the rows of the one that is gone on.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.text.rows import Row, Statement, element_of, rows_of

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula
    from symderiv.documents.text.latex import Token
    from symderiv.documents.text.source import Source

#: What may stand between two blocks.
_SIGNS = "$`\\[]() \t\r\n"


def go_on(source: Source, formulas: list[Formula]) -> None:
    """``s = a + b`` and, in the next block, ``+ c``: one row."""
    owner: Formula | None = None
    for one, two in pairwise(formulas):
        between = source.text[one.item.at + len(one.item.text) : two.item.at]
        beside = one.item.display and two.item.display
        beside = beside or (not two.item.display and between.count("\n") == 1)  # $a$, and below it $+ b$
        beside = beside and not between.strip(_SIGNS)
        owner = (owner if owner is not None and not one.rows else one) if beside else None
        if owner is None or not owner.rows or not two.rows or not owner.rows[-1].statements:
            continue
        before, behind = owner.rows[-1], two.rows[0]
        more = _from_sign(behind)
        if more:
            made = rows_of([*_open(before.tokens), *more])
            if len(made) == 1 and len(made[0].statements) == len(before.statements):
                owner.rows[-1], two.rows = made[0], two.rows[1:]


def _from_sign(row: Row) -> list[Token]:
    """The tokens of a row that begins with a plus, or with a minus and is no equation."""
    first = next((n for n, t in enumerate(row.tokens) if t.kind != "quad" and t.text != "&"), 0)
    sign = row.tokens[first].text if row.tokens else ""
    return row.tokens[first:] if sign == "+" or (sign == "-" and not row.statements) else []


def _open(tokens: list[Token]) -> list[Token]:
    """Tokens without the stop at their end."""
    last = max((n for n, t in enumerate(tokens) if t.kind != "quad" and t.text not in (".", ",")), default=-1)
    return tokens[: last + 1]


def lead(source: Source, formulas: list[Formula]) -> None:
    """What stands alone before a formula that begins with "=" is the head of its chain."""
    for n, two in enumerate(formulas):
        if not n or not _leads(two) or not two.item.display:
            continue
        one = formulas[n - 1]  # $f(x)$, and on the next line $= x^2$
        between = source.text[one.item.at + len(one.item.text) : two.item.at]
        last = next(
            (
                f
                for f in formulas[n - 1 :: -1]
                if f.item.display or source.text[f.item.at - 2 : f.item.at] == "$$"
            ),
            one,
        )
        if not between.strip("$`\\() \t\n"):
            one.item = replace(one.item, display=True)
        elif not last.item.display and last.rows and last.rows[-1].statements:
            last.item = replace(last.item, display=True)  # $$..$$ in a sentence
    shown = [f for f in formulas if f.item.display]
    for one, two in pairwise(shown):
        if _leads(two) and len(one.rows) == 1 and not one.rows[0].statements:
            shown_last = list(one.rows[0].tokens)
            while shown_last and (shown_last[-1].kind == "quad" or shown_last[-1].text in ("=", "&")):
                shown_last.pop()  # "A =", and "= B" in the next display
            head = element_of(shown_last)
            if head.node is not None:
                one.rows[0].statements.append(Statement([head], [""]))


def _leads(f: Formula) -> bool:
    """Whether a formula begins with a relation."""
    return bool(f.rows and f.rows[0].statements and f.rows[0].statements[0].leading)
