"""Whether words before a formula give a name: "let", "denote", in several languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula
    from symderiv.documents.text.source import Source

_LET = re.compile(
    r"(?:\b(?:let|denot\w+|defin\w+|write|call|introduc\w+|abbreviat\w+|sei|bezeichne\w*|"
    r"sea|sean|definimos|soit|soient|notons|seja)\b|令|记|設|设|定义|とおく|とする|라 하)[^.;。]*$"
)
_OVER = re.compile(r"\b(?:then|so|thus|hence|we (?:get|have|obtain)|gives)\b|则|那么|有$|得$")


def is_let(f: Formula) -> bool:
    """Whether what a formula says is said to give a name."""
    found = _LET.search(f.before.lower())
    return found is not None and _OVER.search(found.group(0)) is None


#: What says that another one is spoken of, in other words than a sign: "for not the $i$-th item, denoted by".
_OTHERS = re.compile(
    r"\b(?:not|others?|different|otherwise|distinct|remaining|rest|else|"
    r"autres?|restants?|andere[nrs]?|übrigen?|otr[oa]s?|demás|restantes?|outr[oa]s?|altr[ie]|остальн\w*|други\w*)\b|"
    r"其他|其它|其余|不同|他の|残り|それ以外|다른|나머지|그 외"
)


def of_others(f: Formula) -> bool:
    """Whether the words right before a formula say that it is of the other indices."""
    return _OTHERS.search(f.before.lower()[-80:]) is not None


#: What stands right before a formula, or behind it, that says when something holds.
_GIVEN = re.compile(
    r"(?:\b(?:for (?:all|any|every)|at|if|when(?:ever)?|provided(?: that)?|pour tout|si|für alle|"
    r"wenn|para tod[oa])|"
    r"对于?(?:任意|所有|一切)的?|當|当|若|如果|假设|任意の)\s*$"
)
_WHEN = re.compile(
    r"[$)`\\]*\s*(?:[时時](?!间|間|刻|点|步)|的?情[况形況]|的?场合|の(?:とき|時|場合)|일 때|인 경우)"
)


def is_case(source: Source, f: Formula) -> bool:
    """Whether a formula in the text says when something holds: "for any $x + y = 0$", "$x = y$ 时"."""
    behind = source.text[f.item.at + len(f.item.text) :][:12]
    before = f.before.rpartition("@")[2].lower()
    return not f.item.display and (_GIVEN.search(before) is not None or _WHEN.match(behind) is not None)
