"""Macros: those that a document defines, and usual ones that it takes for granted.

Posts keep ``\\newcommand`` elsewhere (in the page's head, in a package), so that ``\\pdv{f}{x}``,
``\\vect{x}`` and ``\\vx`` stand undefined in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symderiv.documents.text.latex import MAX_TOKENS, Token, Unread, argument, raw_tokens
from symderiv.documents.text.marks import GREEK

MAX_EXPANSIONS = 400


@dataclass(frozen=True, slots=True)
class Macro:
    """``\\newcommand``: how many arguments, and what it is replaced by."""

    arguments: int
    body: tuple[Token, ...]


_NEWCOMMAND = re.compile(
    r"\\(?:re)?(?:newcommand|providecommand|DeclareMathOperator)\*?\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*\{"
    r"|\\def\s*\\([A-Za-z]+)\s*\{"
)

_SLOPE = {1: r"\frac{%s}{%s #1}", 2: r"\frac{%s #1}{%s #2}"}
_BY_NAME: dict[str, dict[int, str]] = {
    **{
        name: {n: x.replace("%s", r"\partial") for n, x in _SLOPE.items()} for name in "pdv pd pderiv".split()
    },
    **{name: {n: x.replace("%s", "d") for n, x in _SLOPE.items()} for name in "dv od deriv".split()},
    **{name: {0: "d"} for name in "dd diff".split()},
    **{name: {1: r"\mathbf{#1}"} for name in "vect mat matr bs vb tens".split()},
    **{name: {0: r"\top"} for name in "T tran trans transp tp".split()},
    **{name: {1: r"\mathbb{1}\{#1\}"} for name in "ind indic indicator".split()},
    "partialderiv": {2: r"\frac{\partial #1}{\partial #2}"},
    "norm": {1: r"\left\|#1\right\|"},
    "mathbbm": {1: r"\mathbb{#1}"},
    "grad": {0: r"\nabla"},
    "given": {0: "|"},
}
#: ``\vx``, ``\mW``, ``\btheta``: a letter for the style, and a name.
_STYLED = re.compile(rf"(?:[vb](?:[A-Za-z]|{'|'.join(sorted(GREEK))})|m[A-Z])")
#: Commands of LaTeX that look so.
_OTHER = frozenset("be ba bf bm bb vb ve bmod".split())


class Macros:
    """The macros of one document."""

    def __init__(self, text: str) -> None:
        defines = "\\newcommand" in text or "\\def" in text or "\\DeclareMath" in text
        self.own = macros_of(text) if defines else {}
        self.usual: dict[tuple[str, int], Macro] = {}

    def expand(self, tokens: list[Token]) -> list[Token]:
        """Tokens without macros."""
        made: list[Token] = []
        queue = list(reversed(tokens))
        count = 0
        while queue:
            t = queue.pop()
            macro = self._macro(t, queue) if t.kind == "cmd" else None
            if macro is None:
                made.append(t)
                continue
            count += 1
            if count > MAX_EXPANSIONS or len(queue) + len(made) > MAX_TOKENS:
                raise Unread("macros that expand without end", t.at)
            given = [argument(queue) for _ in range(macro.arguments)]
            queue += reversed(_filled(macro, given, t))
        return made

    def _macro(self, t: Token, queue: list[Token]) -> Macro | None:
        if t.text in self.own:
            return self.own[t.text]
        forms = _BY_NAME.get(t.text)
        if forms is None:
            styled = _STYLED.fullmatch(t.text) is not None and t.text not in _OTHER | GREEK
            name = t.text[1:]
            forms = {0: rf"\mathbf{{{name if len(name) == 1 else chr(92) + name}}}"} if styled else {}
        groups = _groups(queue, max(forms, default=0))
        count = max((n for n in forms if n <= groups), default=-1)
        if count < 0 and set(forms) == {1} and queue:  # \vect y
            count = 1 if queue[-1].kind == "letter" or queue[-1].text in GREEK else count
        if count < 0:
            return None
        if (t.text, count) not in self.usual:
            self.usual[t.text, count] = Macro(count, tuple(raw_tokens(forms[count], 0)))
        return self.usual[t.text, count]


def _filled(macro: Macro, given: list[list[Token]], call: Token) -> list[Token]:
    body: list[Token] = []
    skip = False
    for b, after in zip(macro.body, [*macro.body[1:], None], strict=True):
        if skip:
            skip = False
        elif b.text == "#" and after is not None and after.text.isdigit():
            number = int(after.text)
            body += given[number - 1] if 0 < number <= len(given) else []
            skip = True
        else:
            body.append(replace(b, at=call.at))
    return body


def _groups(queue: list[Token], most: int) -> int:
    """How many groups in braces come next."""
    found, depth = 0, 0
    for t in reversed(queue):
        if not depth and (found == most or t.text != "{"):
            break
        depth += {"{": 1, "}": -1}.get(t.text, 0) if t.kind == "sym" else 0
        found += not depth
    return found


def macros_of(text: str) -> Mapping[str, Macro]:
    """The macros that a document defines."""
    found: dict[str, Macro] = {}
    for m in _NEWCOMMAND.finditer(text):
        if len(found) >= 200:
            break
        end, depth = m.end(), 1
        while end < len(text) and depth and end - m.end() < 2000:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        body = text[m.end() : end - 1]
        if depth:
            continue
        if "DeclareMathOperator" in m.group(0):
            body = f"\\operatorname{{{body}}}"
        try:
            tokens = raw_tokens(body, m.end())
        except Unread:
            continue
        found[m.group(1) or m.group(3)] = Macro(int(m.group(2) or 0), tuple(tokens))
    return found
