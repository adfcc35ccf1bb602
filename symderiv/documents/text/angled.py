"""Signs that stand for others: inner products as ``\\sum_i <v_i, v_j> x_i``, sums as ``\\Sigma_{i=1}^n x_i``.

Input and output: the tokens of a formula.  ``0 < a, b > 0`` is none: a number or a name stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token

_CLOSE = {"}": "{", ")": "(", "]": "["}
_BIG = frozenset(("sum", "prod"))
#: What ends an operand; behind anything else one begins.
_ENDS = frozenset((")", "]", "\\}", "|", "'", "rangle"))
#: Tokens between the signs at most.
_REACH = 40


def inner_products(tokens: list[Token]) -> list[Token]:
    """The tokens with angles for such signs."""
    made = list(tokens)
    for n, t in enumerate(tokens):
        if t.kind == "sym" and t.text == "<" and _begins(made, n):
            close = _close(made, n)
            if close:
                made[n] = replace(t, kind="cmd", text="langle")
                made[close] = replace(made[close], kind="cmd", text="rangle")
    return made


def _close(tokens: Sequence[Token], start: int) -> int:
    """Where the product ends that a sign may begin: it has two factors; 0 for none."""
    depth = commas = 0
    for n in range(start + 1, min(start + _REACH, len(tokens))):
        t = tokens[n]
        if t.kind not in ("sym", "cmd"):
            if t.kind in ("newline", "quad", "word"):
                return 0
            continue
        depth += 1 if t.text in _CLOSE.values() else -1 if t.text in _CLOSE else 0
        if depth < 0 or t.text in ("<", "=", "&", "leq", "geq"):
            return 0
        if not depth:
            commas += t.text == ","
            if t.text == ">":
                return n if commas == 1 and t.kind == "sym" else 0
    return 0


def _begins(tokens: Sequence[Token], n: int) -> bool:
    """Whether an operand begins at a place: it stands first, behind a sign, or behind what sums run over."""
    k = _before_scripts(tokens, n - 1)
    if k < 0:
        return True
    t = tokens[k]
    if t.kind == "cmd":
        return t.text in _BIG or t.text in ("cdot", "times", "left", "Rightarrow", "rightarrow")
    if t.kind in ("newline", "quad"):
        return True
    # a letter with an index is an operand, and so is what ends a group
    return k == n - 1 and t.kind == "sym" and t.text not in _ENDS and t.text not in ("}", "^", "_")


def _before_scripts(tokens: Sequence[Token], n: int) -> int:
    """The place before subscripts and superscripts that end at one."""
    while n > 0:
        k = n
        if tokens[k].text == "}" and tokens[k].kind == "sym":
            depth = 0
            while k >= 0:
                if tokens[k].kind == "sym":
                    depth += {"}": 1, "{": -1}.get(tokens[k].text, 0)
                if not depth:
                    break
                k -= 1
        if k < 1 or tokens[k - 1].kind != "sym" or tokens[k - 1].text not in ("^", "_"):
            return n
        n = k - 2
    return n


#: Sigma as a sign of sums: a letter below it, and a term behind, or a power of e or an entry right behind it;
#: and as the name that it is elsewhere.
_SUMMED = re.compile(
    r"\\Sigma\s*_\s*(?:[a-z]|\{[a-z]\})\s*(?=[a-z(\[\\])(?!\\(?:in|cdot|times|right|rvert)\b)"
    r"|\\Sigma\s*(?=(?:\{|\\[dt]?frac\s*\{)?\s*(?:e\s*\^|\\?exp\b|[A-Za-z]\s*_\s*\{?[ijkn]))"
)
_NAMED = re.compile(r"covarian|gaussian|multivariate|\\mathcal\s*\{?\s*n|协方差|共分散")


def sums_by_sigma(texts: Iterable[str], prose: str) -> bool:
    """Whether each Sigma has a term behind it: it is the sign of a sum."""
    shown = " ".join(texts)
    count = len(re.findall(r"\\Sigma(?![A-Za-z])", shown))
    return count > 0 and len(_SUMMED.findall(shown)) == count and not _NAMED.search((shown + prose).lower())


def signs_of_sums(tokens: list[Token], everywhere: bool) -> list[Token]:
    """The tokens with the sign of a sum for a Sigma with a range below it: ``\\Sigma_{i=1}^n x_i``."""
    made = list(tokens)
    for n, t in enumerate(tokens):
        if t.kind == "cmd" and t.text == "Sigma" and (everywhere or _has_range(tokens, n + 1)):
            made[n] = replace(t, text="sum")
    return made


def _has_range(tokens: Sequence[Token], n: int) -> bool:
    """Whether a range, i = 1, stands below what ends before a place."""
    while n + 1 < len(tokens) and tokens[n].kind == "sym" and tokens[n].text in ("_", "^"):
        below = tokens[n].text == "_"
        end, depth = n + 1, 0
        while end < len(tokens):
            if tokens[end].kind == "sym":
                depth += {"{": 1, "}": -1}.get(tokens[end].text, 0)
            if not depth:
                break
            end += 1
        if below and any(t.text == "=" for t in tokens[n + 1 : end]):
            return True
        n = end + 1
    return False
