"""What is written in a way of its own: ``\\tan h(x)`` for the hyperbolic function, ``a[z]`` for a(z), the
proportion ``a : b = 2 : 3``.

Input: the formulas of a document, the tokens of one.  Output: the tokens as they are usually written, where
the document has the name nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token

_IN_PARTS = re.compile(r"\\(?:sin|cos|tan)\s*h(?![A-Za-z])")
_CIRCULAR = frozenset(("sin", "cos", "tan"))
#: A letter before a bracket; one with a name alone in it, which nobody writes for a product.
_BEFORE = r"(?<![\\A-Za-z]){}\s*(?:\\left\s*)?\["
_OF_A_NAME = re.compile(
    r"(?<![\\A-Za-z_^])(?<![_^]\{)([a-zA-DF-Z])\s*(?:\\left\s*)?\[\s*\\?[A-Za-z]+(?:_(?:\w|\{\w+\}))?\s*(?:\\right\s*)?\]"
)


def _alone(letter: str) -> str:
    return rf"(?<![\\A-Za-z]){letter}(?![A-Za-z])"


def in_parts(formulas: Iterable[str]) -> bool:
    """Whether each h of a document stands behind sin, cos or tan."""
    text = "\n".join(formulas)
    found, left = _IN_PARTS.subn("", text)
    return bool(left) and re.search(_alone("h"), found) is None


def put_together(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with one function for both parts."""
    made: list[Token] = []
    for t in tokens:
        if t.text == "h" and made and made[-1].kind == "cmd" and made[-1].text in _CIRCULAR:
            made[-1] = replace(made[-1], text=f"{made[-1].text}h")
        else:
            made.append(t)
    return made


def before_brackets(formulas: Iterable[str]) -> set[str]:
    """Letters that stand only before square brackets, once with a name alone in these: functions."""
    text = "\n".join(formulas)
    found = {m.group(1) for m in _OF_A_NAME.finditer(text)}
    return {x for x in found if _count(_alone(x), text) == _count(_BEFORE.format(x), text)}


def _count(pattern: str, text: str) -> int:
    return sum(1 for _ in re.finditer(pattern, text))


def with_round(tokens: Sequence[Token], functions: Collection[str]) -> list[Token]:
    """The tokens with round brackets behind such letters."""
    made = list(tokens)
    for n, t in enumerate(made):
        if t.text == "[" and n and made[n - 1].kind == "letter" and made[n - 1].text in functions:
            depth = 0
            for k in range(n, len(made)):
                depth += (made[k].text == "[") - (made[k].text == "]")
                if not depth:
                    made[n], made[k] = replace(t, text="("), replace(made[k], text=")")
                    break
    return made


def proportions(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with fractions for the ratios that a proportion says to be the same."""
    made = list(tokens)
    for n in range(len(made) - 6):
        signs, terms = made[n + 1 : n + 7 : 2], made[n : n + 7 : 2]
        numbers = all(t.kind == "num" for t in terms[2:])  # A : B = C : D is one of matrices
        if numbers and [t.text for t in signs] == [":", "=", ":"] and terms[0].kind in ("num", "letter"):
            for k in (n + 1, n + 5):
                made[k] = replace(made[k], text="/")
    return made
