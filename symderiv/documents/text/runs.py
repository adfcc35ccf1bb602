"""What letters run over, written out: ``i = 1, \\ldots, n``, ``y = 0, 1, 2, \\ldots``, ``\\forall i``.

Input: the tokens of a row.  Output: those without such ranges, and each letter with where it ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import GREEK


def without_ranges(tokens: Sequence[Token]) -> tuple[list[Token], list[tuple[str, str]]]:
    """The tokens that are left, and the ranges; one without an end states nothing."""
    made = list(tokens)
    ranges: list[tuple[str, str]] = []
    n = 0
    while n < len(made):
        t = made[n]
        if t.kind == "cmd" and t.text == "ldots" and n >= 3:
            left = n - 1
            while left > 0 and made[left].text in (",", ".", "1", "2", "0"):
                left -= 1
            right = n + 1
            while right < len(made) and made[right].text in (",", "."):
                right += 1
            endless = right == len(made) and "," in [x.text for x in made[left:n]]
            named = left >= 1 and (made[left - 1].kind in ("letter", "word") or made[left - 1].text in GREEK)
            if named and made[left].text == "=" and (endless or right < len(made)):
                if not endless:
                    ranges.append((made[left - 1].text, made[right].text))
                start = left - 1
                if start and made[start - 1].text in ("forall", "for"):
                    start -= 1
                del made[start : right + 1]
                n = start
                continue
        n += 1
    quads = [Token("quad", "quad", t.at) if t.kind == "cmd" and t.text == "forall" else t for t in made]
    return quads, ranges
