"""The shape of an expression: operators between operands, and what stands in which brackets.

Input: a :class:`~symderiv.notation.scan.Side` whose brackets pair.  Output: nothing, or an error at the
first token that cannot stand where it stands.  Python's parser would refuse the same texts, but it says
where it gave up, not what is missing; and it reads ``x[j,]`` and ``(x)[j]``, which are no notation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symderiv.errors import InputError
from symderiv.notation.names import FUNCTIONS
from symderiv.notation.scan import MAX_DEPTH, Side
from symderiv.terms import REDUCTIONS

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)"
    r"|(?P<operator>\*\*|//|<=|>=|==|!=|<>|[-+*/<>=!.:])"
)


@dataclass(frozen=True, slots=True)
class _Operand:
    """The last complete operand: where it starts and ends, and what it is."""

    start: int
    end: int
    kind: str  # number, name, index (a name with indices), call, group
    name: str = ""


@dataclass(slots=True)
class _Bracket:
    """An open bracket: what it is for, the operand in front of it, and where it stands."""

    kind: str  # index, call, group
    owner: _Operand | None
    start: int


def check_syntax(side: Side) -> None:
    """Refuse a text that is no expression; ``side`` has passed the checks of :mod:`.scan`."""
    _Checker(side).run()


class _Checker:
    def __init__(self, side: Side) -> None:
        self.side = side
        self.text = side.text
        self.stack: list[_Bracket] = []
        self.last: _Operand | None = None  # None: an operand is expected next
        self.pending = ""  # the operator, comma or bracket after which it is expected
        self.at = 0  # where that stands
        self.unary = 0

    def run(self) -> None:
        for match in _TOKEN.finditer(self.text):
            kind, token, start = match.lastgroup or "", match.group(), match.start()
            if kind in ("number", "name"):
                if self.last is not None:
                    self.missing_operator(start, match.end())
                self.last = _Operand(start, match.end(), kind, token)
                self.unary = 0
            elif kind == "open":
                self.open(token, start)
            elif kind == "close":
                self.close(token, start)
            elif kind == "comma":
                self.comma(start)
            else:
                self.operator(token, start)
        if self.last is None:
            self.nothing_after(len(self.text))

    def fail(self, code: str, message: str, start: int, end: int | None = None) -> None:
        raise InputError(code, message, self.side.place(start, (end or start + 1) - start))

    def shown(self, start: int, end: int) -> str:
        """A piece of the text, if short; else its end."""
        piece = " ".join(self.text[start:end].split())
        return piece if len(piece) <= 30 else f"...{piece[-24:]}"

    def expect(self, after: str, at: int) -> None:
        self.last, self.pending, self.at = None, after, at

    # --- what may come next -----------------------------------------------------------------------

    def operator(self, token: str, start: int) -> None:
        end = start + len(token)
        if token in "!.:":
            hint = " alone; not equal is written !=" if token == "!" else ""
            self.fail("syntax", f"'{token}' has no meaning{hint}", start)
        if token == "<>":
            self.fail("bad-comparison", "'<>' has no meaning; not equal is written !=", start, end)
        if token == "//":
            self.fail("forbidden-syntax", "'//' is not an operator; a division is written /", start, end)
        if token == "=":
            self.equals(start)
        if self.last is None:
            if token in "+-":
                self.unary += 1
                if self.unary > MAX_DEPTH:
                    self.fail("too-deep", f"more than {MAX_DEPTH} signs in a row", start)
            elif (
                token in ("*", "**")
                and self.stack[-1:]
                and self.stack[-1].kind == "call"
                and (self.pending in ("(", ","))
            ):
                self.fail(
                    "forbidden-syntax", "arguments are plain expressions, without names or '*'", start, end
                )
            elif self.pending == "*" and token == "*":
                self.fail("syntax", "a power is written ** without a space", self.at, end)
            else:
                self.fail("syntax", f"'{token}' has nothing on its left; {_BOTH_SIDES}", start, end)
        else:
            self.unary = 0
        self.expect(token, start)

    def equals(self, start: int) -> None:
        """An ``=`` in brackets."""
        message = "an '=' stands between the two sides only, outside all brackets"
        inside = self.stack[-1] if self.stack else None
        owner = inside.owner.name if inside and inside.owner else ""
        if owner == "where":
            message = "a condition compares with '==', as in where(i == j, a, b)"
        elif inside and inside.kind == "index" and owner in REDUCTIONS:
            message = (
                f"a reduction names its letter only: {owner}[c](...), or with a range {owner}[c <= j](...)"
            )
        elif inside and inside.kind == "call":
            message = "arguments are plain expressions, without names or '*'"
        self.fail("forbidden-syntax", message, start)

    def comma(self, start: int) -> None:
        if self.last is None:
            if self.pending in ("(", "[", ","):
                what = "an index" if self.stack and self.stack[-1].kind == "index" else "an expression"
                self.fail("syntax", f"{what} is missing before ','", start)
            self.nothing_after(start)
        if not self.stack or self.stack[-1].kind == "group":
            self.fail(
                "syntax", "a comma stands only between indices or arguments; decimals use a point", start
            )
        self.expect(",", start)

    def open(self, token: str, start: int) -> None:
        last = self.last
        if last is None:
            if token == "[":
                self.fail("syntax", "square brackets hold indices and follow a name; group with ( )", start)
            self.stack.append(_Bracket("group", None, start))
        elif token == "(":
            if last.kind not in ("name", "index"):
                self.missing_operator(start, self.end_of(start))
            self.stack.append(_Bracket("call", last, start))
        else:
            if last.kind != "name":
                self.indices_of(last, start)
            self.stack.append(_Bracket("index", last, start))
        self.unary = 0
        self.expect(token, start)

    def close(self, token: str, start: int) -> None:
        bracket = self.stack.pop()
        if self.last is None and self.pending in ("(", "["):
            self.empty(bracket, start + 1)
        elif self.last is None:
            self.nothing_after(start)
        owner = bracket.owner
        first = owner.start if owner else bracket.start
        self.last = _Operand(first, start + 1, bracket.kind, owner.name if owner else "")

    # --- what is wrong ----------------------------------------------------------------------------

    def end_of(self, start: int) -> int:
        """The end of the name, number or bracket that starts at ``start``, with what follows it."""
        depth = 0
        for n in range(start, len(self.text)):
            ch = self.text[n]
            if ch in "([":
                depth += 1
            elif ch in ")]":
                if not depth:
                    return n
                depth -= 1
            elif not depth and not (ch.isalnum() or ch in "_."):
                return n
        return len(self.text)

    def missing_operator(self, start: int, end: int) -> None:
        last = self.last
        assert last is not None
        end = max(end, self.end_of(start))
        left, right = self.shown(last.start, last.end), self.shown(start, end)
        if last.name in REDUCTIONS and last.kind == "index":
            self.fail("syntax", f"{left} needs its body in parentheses: {left}({right})", start, end)
        if last.name in FUNCTIONS and last.kind == "name":
            self.fail("syntax", f"{left} takes its argument in parentheses: {left}({right})", start, end)
        self.fail(
            "syntax",
            f"an operator is missing between '{left}' and '{right}'; a product is written {left}*{right}",
            start,
            end,
        )

    def indices_of(self, last: _Operand, start: int) -> None:
        end = self.end_of(start)
        before, after = self.text[last.start : last.end].rstrip(), self.text[start:end]
        joined = f"{before[:-1]},{after[1:]}" if last.kind == "index" else ""
        if joined and len(joined) <= 40 and last.name not in (*REDUCTIONS, "delta", "size"):
            message = f"all indices of an entry stand in one pair of brackets: {joined}"
        elif last.kind == "index":
            message = "all indices stand in one pair of brackets: x[i,j]"
        elif last.kind == "number":
            message = "a number has no indices; square brackets follow a name, as in x[j]"
        else:
            message = "indices follow a name, as in x[j]; an expression has none"
        self.fail("forbidden-syntax", message, start, end)

    def empty(self, bracket: _Bracket, end: int) -> None:
        """An empty pair of brackets."""
        name = bracket.owner.name if bracket.owner else ""
        if bracket.kind == "index":
            right = f"a scalar is written without them: {name}"
            if name in REDUCTIONS:
                right = f"a reduction names its letter: {name}[c](...)"
            elif name in ("delta", "size"):
                right = f"write {'delta[i,j]' if name == 'delta' else 'size[c]'}"
            self.fail("bad-index", f"empty index brackets; {right}", bracket.start, end)
        if bracket.kind == "group":
            inside = self.stack and self.stack[-1].kind == "index"
            self.fail(
                "bad-index" if inside else "syntax",
                "nothing stands between the parentheses",
                bracket.start,
                end,
            )

    def nothing_after(self, end: int) -> None:
        """What is pending has no operand before ``end``."""
        if self.pending == ",":
            self.fail("syntax", "nothing stands after ','; remove it or add what is missing", self.at)
        if not self.pending:
            self.fail("empty", "an expression is missing here", 0)
        self.fail(
            "syntax",
            f"'{self.pending}' has nothing on its right; {_BOTH_SIDES}",
            self.at,
            self.at + len(self.pending),
        )


_BOTH_SIDES = "an operator stands between two expressions"
