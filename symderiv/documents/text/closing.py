"""Brackets and braces that cross; brackets that are left open before a ``\\right``,
``\\left[ a + \\exp( x \\right]``, and those around a whole equation, ``\\left[ a = b \\right]``.

Input: the tokens of a formula.  Output: the tokens with what closes such ones, without these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symderiv.documents.text.latex import Token

_PAIRS = {"(": ")", "[": "]"}


def uncrossed(tokens: Sequence[Token]) -> list[Token]:
    """``f(\\sum{a + b)}`` as ``f(\\sum{a + b})``, ``{(a})`` as ``{(a)}``: what began last ends first."""
    made = list(tokens)
    opened: list[str] = []
    for n, t in enumerate(tokens):
        if t.kind != "sym" or t.text not in ("(", ")", "{", "}"):
            continue
        if t.text in ("(", "{"):
            opened.append(t.text)
            continue
        pair = ["(", "{"] if t.text == ")" else ["{", "("]
        turned = opened[-2:] == pair and tokens[n - 1].text != "{" and made[n] is t  # not \text{)}
        if turned and [str(x) for x in tokens[n + 1 : n + 2]] == ["}" if t.text == ")" else ")"]:
            made[n], made[n + 1] = replace(tokens[n + 1], at=t.at), replace(t, at=tokens[n + 1].at)
            opened.pop()
        elif opened and opened[-1] == ("(" if t.text == ")" else "{"):
            opened.pop()
        elif t.text != made[n].text and opened and opened[-1] == {")": "(", "}": "{"}[made[n].text]:
            opened.pop()  # the other half of what was turned
    return made


def closed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens; brackets are added where more open than close."""
    tokens = _bare(_unwrapped(tokens))
    texts = [t.text for t in tokens]
    if "right" not in texts or all(texts.count(a) <= texts.count(b) for a, b in _PAIRS.items()):
        return list(tokens)
    made: list[Token] = []
    open_: list[tuple[str, bool]] = []  # each with whether a \left stands before it
    for n, t in enumerate(tokens):
        before = tokens[n - 1].text if n else ""
        if t.kind == "cmd" and t.text == "right" and any(left for _, left in open_):
            while open_ and not open_[-1][1]:
                made.append(replace(t, kind="sym", text=_PAIRS[open_.pop()[0]]))
        elif before == "left" and t.text not in _PAIRS:
            open_.append((t.text, True))
        elif t.kind == "sym" and t.text in _PAIRS:
            open_.append((t.text, before == "left"))
        elif (t.text in _PAIRS.values() or before == "right") and open_:
            open_.pop()
        made.append(t)
    return made


def _bare(tokens: Sequence[Token]) -> Sequence[Token]:
    """``\\left\\{{\\begin{array} ... \\end{array}}\\right.`` without the braces around the table."""
    dropped: set[int] = set()
    for n, t in enumerate(tokens[1:-1], 1):
        if t.text == "{" and tokens[n - 1].text == "\\{" and tokens[n + 1].text == "begin":
            depth = 0
            for k in range(n, len(tokens)):
                depth += {"{": 1, "}": -1}.get(tokens[k].text, 0) if tokens[k].kind == "sym" else 0
                if not depth:
                    dropped |= {n, k}
                    break
    return [t for n, t in enumerate(tokens) if n not in dropped] if dropped else tokens


def _unwrapped(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without brackets around a whole equation."""
    texts = [t.text for t in tokens]
    if texts[:2] != ["left", "["] or texts[-2:] != ["right", "]"] or "=" not in texts:
        return tokens
    depth = 0
    for n, x in enumerate(texts):
        depth += {"left": 1, "right": -1}.get(x, 0) if tokens[n].kind == "cmd" else 0
        if not depth:
            return tokens[2:-2] if n == len(texts) - 2 else tokens
    return tokens
