"""From where on indices that stand twice are summed over (Einstein's convention): as the text says, or as
a sum over one letter is written, ``m_b = \\frac{1}{H} 1_h x_{bh}``, with a vector of ones.

Input: the text and its statements.  Output: an offset, -1 where nothing says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import Big, Mul, Sym, walk

_SAID = re.compile(
    r"einstein|tensor notation|summation convention|implied sum|repeated ind|summed[- ]over\b.{0,20}\bind"
)

#: What is said of the formula before it.
_SAID_BEHIND = re.compile(r"dummy ind|ind(?:ex|ices)\b[^.]{0,12}\brepeated")
_BEFORE = 600


def implied_from(text: str, statements: Iterable[Statement]) -> int:
    """Where that begins."""
    lowered = text.lower()
    said, behind = _SAID.search(lowered), _SAID_BEHIND.search(lowered)
    if behind is not None and (said is None or behind.start() < said.start()):
        return max(behind.start() - _BEFORE, 0)
    return said.start() if said is not None else _with_ones(statements)


def _with_ones(statements: Iterable[Statement]) -> int:
    """Where a name is first said to be a product with a letter in it, one of ones, that it has not itself."""
    for s in statements:
        if s.leading or s.relations[:2] != ["", "="]:
            continue
        head, body = (e.node for e in s.elements[:2])
        factors = [x for n in walk(body) if isinstance(n, Mul) for x in n.factors] if body is not None else []
        ones = {m for x in factors if isinstance(x, Sym) and x.base == "1" for m in x.sub}
        if not isinstance(head, Sym) or not ones or any(isinstance(n, Big) for x in factors for n in walk(x)):
            continue
        others = {m for x in factors if isinstance(x, Sym) and x.base != "1" for m in x.sub}
        if any(m.kind == "letter" for m in (ones & others) - set(head.sub)):
            return s.elements[0].at
    return -1
