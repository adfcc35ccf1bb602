"""What a statement's left side defines, and which relation an assumption states."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager

from symderiv.errors import InputError, Place
from symderiv.notation.dims import Dimensions
from symderiv.notation.names import RESERVED, use_of
from symderiv.notation.parse import Parser, python_tree
from symderiv.notation.scan import Line, Side, split

_RELATIONS = ("<=", ">=", "!=", "<", ">")


#: dy[j]/dz[i], as derivatives are printed.
_QUOTIENT = re.compile(r"\bd([A-Za-z]\w*)(\[[\w, ]*\])?\s*/\s*d([A-Za-z]\w*)(\[[\w, ]*\])?")


@contextmanager
def reading(source: str, text: str) -> Iterator[None]:
    """Errors raised inside lie in ``text``, which the user knows as ``source``."""
    try:
        yield
    except InputError as error:
        raise error.within(source, str(text)) from None


def lines_of(text: str, example: str, *, relations: bool = False) -> list[Line]:
    """The statements of a text; at least one."""
    lines = split(text, relations=relations)
    if not lines:
        raise InputError("empty", f"nothing is stated; expected {example}", Place("", 1, 1))
    return lines


def one_line(lines: list[Line], what: str) -> Line:
    """The only statement of a text."""
    if len(lines) > 1:
        raise InputError("syntax", what, lines[1].sides[0].whole)
    return lines[0]


def check_quotients(sides: Iterable[Side], known: Container[str]) -> None:
    """Refuse dy[j]/dz[i] in a claim: it would speak of new names dy and dz."""
    for side in sides:
        for found in _QUOTIENT.finditer(side.text):
            top, head, bottom, at = (part or "" for part in found.groups())
            if top in known and bottom in known and f"d{top}" not in known and f"d{bottom}" not in known:
                raise InputError(
                    "syntax",
                    f"a derivative is written D({top}{head}, {bottom}{at})",
                    side.place(found.start(), len(found.group())),
                )


def read_head(side: Side) -> tuple[str, tuple[str, ...]]:
    """Name and letters of a statement's left side."""
    tree = python_tree(side)
    place = side.whole
    shown = side.text if len(side.text) <= 40 else f"{side.text[:37]}..."
    match tree:
        case ast.Name(id=name):
            letters: tuple[str, ...] = ()
        case ast.Subscript(value=ast.Name(id=name)) if name not in RESERVED:
            letters = Parser(side, Dimensions()).index_names(tree)
        case ast.Subscript(value=ast.Name(id=name)):
            letters = ()
        case ast.Call(func=ast.Name(id="D")):
            raise InputError(
                "claim-in-define",
                "a claim stands among the definitions; state it under claims (or --claim)",
                place,
            )
        case ast.Call(func=ast.Name(id=name), args=args):
            right = "a head is y or y[j]"
            if name not in RESERVED and args and all(isinstance(a, ast.Name) for a in args):
                inside = ",".join(a.id for a in args if isinstance(a, ast.Name))
                right = f"a head's letters stand in square brackets: {name}[{inside}]"
            raise InputError("bad-head", f"'{shown}' cannot be defined; {right}", place)
        case _:
            raise InputError("bad-head", f"'{shown}' cannot be defined; a head is y or y[j]", place)
    if name in RESERVED:
        raise InputError(
            "reserved-name",
            f"'{name}' is reserved, it is used as {use_of(name)}; choose another name",
            side.place(0, len(name)),
        )
    if len(set(letters)) != len(letters):
        raise InputError("bad-head", f"a letter is repeated in {shown}; each head letter stands once", place)
    return name, letters


def relation(line: Line) -> tuple[str, Side, Side]:
    """Operator and sides of an assumption."""
    if len(line.sides) == 2:
        return "=", *line.sides
    if len(line.sides) == 1:
        side, depth = line.sides[0], 0
        for n, ch in enumerate(side.text):
            depth += (ch in "([") - (ch in ")]")
            op = next((r for r in _RELATIONS if depth == 0 and side.text.startswith(r, n)), None)
            if op:
                rest = side.text[n + len(op) :]
                lead = len(rest) - len(rest.lstrip())
                return (
                    op,
                    Side(side.text[:n].rstrip(), side.line, side.column),
                    Side(rest.strip(), side.line, side.column + n + len(op) + lead),
                )
    raise InputError(
        "bad-assumption", "an assumption is one relation: = < <= > >= or !=", line.sides[0].whole
    )
