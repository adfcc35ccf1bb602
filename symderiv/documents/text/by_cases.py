"""A value by cases that is written as rows: ``f(x) &= x, & x > 0`` and, below it, ``&= 0, & x \\le 0``.

Input: the rows of a formula.  Output: the rows, with those of one value joined to ``cases``; where the
conditions are of indices, each row has the head of the first and stays a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import GREEK, split_top

_IF = frozenset("if when for where with wenn falls für si quand pour se para при если 若 当 如果".split())
_ELSE = frozenset("otherwise else sonst sinon autrement altrimenti иначе 否则 其他 其它 그외".split())
_SIGNS = frozenset(("=", "neq", "<", ">", "leq", "geq"))


@dataclass(frozen=True)
class _Branch:
    """``head = body`` under a condition: its sides and sign, none for "otherwise"."""

    head: list[Token]
    body: list[Token]
    said: list[Token]
    left: str = ""
    sign: str = ""
    right: str = ""

    @property
    def of_indices(self) -> bool:
        """Whether it compares two letters."""
        letters = len(self.left) == 1 and self.left.isalpha() and self.right.isalpha()
        return letters and self.sign in ("=", "neq")


def branched(rows: Sequence[list[Token]]) -> list[list[Token]]:
    """The rows, with what is one value by cases made so."""
    made: list[list[Token]] = []
    n = 0
    while n < len(rows):
        run = _run(rows[n:])
        made += _joined(rows[n : n + len(run)], run) if len(run) > 1 else [rows[n]]
        n += max(len(run), 1)
    return made


def cases(word: str, at: int) -> list[Token]:
    """``\\begin{cases}``, or with another word its end."""
    name = [Token("letter", c, at) for c in "cases"]
    return [Token("cmd", word, at), Token("sym", "{", at), *name, Token("sym", "}", at)]


def _run(rows: Sequence[list[Token]]) -> list[_Branch]:
    """The branches of one value that the first rows are."""
    found: list[_Branch] = []
    for row in rows:
        b = _branch(row)
        first = found[0] if found else b
        if b is None or first is None or not first.head or not first.left:
            break
        same = not b.head or list(map(str, b.head)) == list(map(str, first.head))
        alike = not b.left or (b.left, b.of_indices) == (first.left, first.of_indices)
        if not (same and alike) or any((b.left, b.sign, b.right) == (x.left, x.sign, x.right) for x in found):
            break
        found.append(b)
    return found


def _joined(rows: Sequence[list[Token]], run: Sequence[_Branch]) -> list[list[Token]]:
    head, at = run[0].head, run[0].body[0].at
    if run[0].of_indices or any(_at_top(b.body, "=") >= 0 for b in run):
        return [r if b.head else [*head, *r] for r, b in zip(rows, run, strict=True)]
    inner: list[Token] = []
    for b in run:
        inner += [Token("newline", "\\\\", b.body[0].at)] if inner else []
        inner += [*b.body, Token("sym", "&", b.said[0].at), *b.said]
    return [[*head, Token("sym", "=", at), *cases("begin", at), *inner, *cases("end", inner[-1].at)]]


def _branch(row: Sequence[Token]) -> _Branch | None:
    """A row as a branch; None where it has no condition beside it."""
    equals = _at_top(row, "=")
    if equals < 0:
        return None
    head = [t for t in row[:equals] if t.text != "&" and t.kind != "quad"]
    rest = list(row[equals + 1 :])
    for n, t in enumerate(rest):
        if not n or not (_is_gap(t) or t.text.lower() in _IF):
            continue
        left = _trimmed(rest[:n])
        said = _condition(rest[n:])
        balanced = sum({"(": 1, "{": 1, "begin": 1, ")": -1, "}": -1, "end": -1}.get(x.text, 0) for x in left)
        if left and said is not None and not balanced:
            return _Branch(head, left, *said)
    return None


def _condition(tokens: Sequence[Token]) -> tuple[list[Token], str, str, str] | None:
    """What is said beside a row, with its sides and its sign."""
    bare = _trimmed(tokens)
    if bare and bare[0].text == "(" and bare[-1].text == ")":
        bare = _trimmed(bare[1:-1])
    while bare and bare[0].text.lower() in _IF:
        bare = _trimmed(bare[1:])
    if len(bare) == 1 and bare[0].kind == "word" and bare[0].text.lower() in _ELSE:
        return bare, "", "", ""
    cuts = [n for n, t in enumerate(bare) if t.text in _SIGNS and t.kind in ("sym", "cmd")]
    if len(cuts) != 1 or not cuts[0] or len(bare) > cuts[0] + 4 or cuts[0] > 5 or not bare[cuts[0] + 1 :]:
        return None
    left, right = bare[: cuts[0]], bare[cuts[0] + 1 :]
    plain = all(t.kind in ("letter", "num") or t.text in GREEK or t.text in "_{}-." for t in (*left, *right))
    named = left[0].kind == "letter" or left[0].text in GREEK
    one = len([t for t in left if t.kind == "letter" or t.text in GREEK]) == 1 or "_" in map(str, left)
    if not (plain and named and one):
        return None
    return bare, "".join(map(str, left)), bare[cuts[0]].text, "".join(map(str, right))


def _is_gap(t: Token) -> bool:
    return t.kind == "quad" or (t.kind == "sym" and t.text in ("&", ",", ";"))


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    made = list(tokens)
    while made and (_is_gap(made[0]) or (made[0].kind == "word" and not made[0].text)):
        del made[0]
    while made and (_is_gap(made[-1]) or made[-1].text in (".", ":")):
        del made[-1]
    return made


def _at_top(tokens: Sequence[Token], text: str) -> int:
    """Where such a sign stands outside brackets; -1 for nowhere."""
    before = split_top(tokens, lambda t: t.kind == "sym" and t.text == text)
    return len(before[0]) if len(before) > 1 else -1
