"""What a slash divides by: ``(1/2n) \\sum_{i=1}^n x_i`` is divided by 2n, ``1/2 x^T x`` by 2 alone.

Input and output: the tokens of a formula.  A letter behind the number belongs to the divisor where a sum of
the same formula runs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token


def whole_divisors(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with braces about such a divisor."""
    if not any(t.text == "/" for t in tokens) or not any(t.text == "sum" for t in tokens):
        return list(tokens)
    texts = [t.text for t in tokens]
    ends = {
        texts[n + 2] if texts[n + 1] == "{" and texts[n + 3 : n + 4] == ["}"] else texts[n + 1]
        for n in range(len(texts) - 2)
        if texts[n] == "^"
    }
    made: list[Token] = []
    skip = 0
    for n, t in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        made.append(t)
        run = list(tokens[n + 1 : n + 3])
        if t.text != "/" or [x.kind for x in run] != ["num", "letter"] or run[1].text not in ends:
            continue
        if texts[n + 3 : n + 4] not in (["^"], ["_"]):
            opening = Token("sym", "{", run[0].at)
            made += [opening, *run, replace(opening, text="}", at=run[1].at)]
            skip = 2
    return made
