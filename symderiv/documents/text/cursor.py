"""Tokens of an expression with a place among them: what the parts of the parser stand on."""

from __future__ import annotations

from dataclasses import replace

from symderiv.documents.text.latex import MAX_DEPTH, Token, Unread
from symderiv.documents.text.marks import GREEK
from symderiv.documents.text.syntax import (
    Deriv,
    Mark,
    Node,
)

CLOSING = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}
ACCENTS = frozenset("hat bar tilde dot ddot check".split())
#: How many groups belong to a command that stands without braces.
_TAKES = {"frac": 2, "sqrt": 1, **dict.fromkeys(ACCENTS, 1)}
ENDS = frozenset((")", "]", "\\}", "}", ",", ";", "&", "="))


class Cursor:
    """Tokens with a place among them; what every part of the parser stands on."""

    def __init__(self, tokens: list[Token], depth: int = 0) -> None:
        self.tokens, self.at, self.depth = tokens, 0, depth
        if depth > MAX_DEPTH:
            raise Unread(f"brackets more than {MAX_DEPTH} deep", tokens[0].at if tokens else -1)

    # --- tokens -----------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token | None:
        n = self.at + ahead
        return self.tokens[n] if n < len(self.tokens) else None

    def looks(self, *texts: str, ahead: int = 0) -> bool:
        t = self.peek(ahead)
        return t is not None and t.text in texts and t.kind != "word"

    def place(self) -> int:
        t = self.peek() or (self.tokens[-1] if self.tokens else None)
        return t.at if t else -1

    def split_number(self) -> None:
        """``\\frac12``: an argument without braces is one digit."""
        t = self.peek()
        if t is not None and t.kind == "num" and t.text.isdigit() and len(t.text) > 1:
            digits = [replace(t, text=t.text[0]), replace(t, text=t.text[1:], at=t.at + 1)]
            self.tokens[self.at : self.at + 1] = digits

    def group(self) -> list[Token]:
        """The tokens of a brace group, or the next token."""
        t = self.peek()
        if t is None:
            raise Unread("something is missing at the end", self.place())
        if t.kind == "sym" and t.text == "{":
            return self.inside("{")
        start = self.at
        self.at += 1
        if t.kind == "cmd" and (behind := self.peek()) is not None:  # e^\\frac{x}{2}, x^\\frac12
            both = t.text == "frac" and behind.kind == "num" and len(behind.text) > 1
            for _ in range(_TAKES.get(t.text, 0) - both):
                self.group()
        return self.tokens[start : self.at]

    def inside(self, opening: str) -> list[Token]:
        """The tokens between the bracket here and the one that closes it."""
        closing, start = CLOSING[opening], self.at
        depth = braces = 0
        for n in range(start, len(self.tokens)):
            t = self.tokens[n]
            if t.kind not in ("sym", "cmd"):
                continue
            if t.text == opening and (opening == "{" or not braces):
                depth += 1
            elif t.text == closing and (opening == "{" or not braces):
                depth -= 1
                if not depth:
                    self.at = n + 1
                    return self.tokens[start + 1 : n]
            elif opening != "{":
                braces += {"{": 1, "}": -1}.get(t.text, 0)
        raise Unread(f"'{opening}' is not closed", self.tokens[start].at)

    def sub(self, tokens: list[Token]) -> Node:
        """The tree of a group of tokens."""
        if not tokens:
            raise Unread("an empty group", self.place())
        p = type(self)(tokens, self.depth + 1)
        node = p.expression()
        stray = p.at and p.at == len(tokens) - 1 and tokens[p.at].text == ")"
        if stray and any(t.text in ("+", "-", "sum", "prod") for t in tokens):
            stray = False  # a bracket that nothing opens, behind several terms: it may open anywhere
        if p.at < len(tokens) and not stray:
            raise Unread(f"'{tokens[p.at]}' is not understood here", tokens[p.at].at)
        return node

    def spanned(self, node: Node, start: int) -> Node:
        """``node`` with the place it was read from."""
        last = self.tokens[self.at - 1]
        first = self.tokens[start] if start < len(self.tokens) else last
        return replace(node, at=first.at, end=last.at + len(str(last)))

    # --- what the parts above give ------------------------------------------------------------------

    def expression(self) -> Node:
        """A sum."""
        raise NotImplementedError

    def term(self) -> Node:
        """A product."""
        raise NotImplementedError

    def factor(self) -> Node:
        """A factor with its powers."""
        raise NotImplementedError

    def rest(self, made: Deriv, turned: bool) -> Node:
        """What an operator acts on that stands without a bracket."""
        raise NotImplementedError

    def operator(self, sign: str) -> Node | None:
        """An operator of a derivative that is written with a slash."""
        raise NotImplementedError

    def is_differential(self) -> bool:
        """Whether an upright d stands before a name: ``\\mathrm{d} x``."""
        after = self.peek()
        if after is None:
            return False
        letter = after.kind in ("letter", "word") and len(after.text) == 1
        return letter or after.text in GREEK or after.text in ACCENTS

    def bracket_end(self) -> int:
        """Where the bracket ends that stands here, if a factor follows; -1 for none."""
        if not self.looks("(", "["):
            return -1
        saved, opened = self.at, self.tokens[self.at].text
        self.inside(opened)
        behind, self.at = self.peek(), saved
        return -1 if behind is None or behind.text in ("^", "_", "'", "!") else behind.at

    def upper_index(self) -> Mark | None:
        """The i of Kronecker's ``\\delta_j^i``."""
        saved = self.at
        if self.looks("^"):
            self.at += 1
            tokens = self.group()
            if [t.text for t in tokens] in (["i"], ["j"]):
                return Mark("letter", tokens[0].text)
        self.at = saved
        return None
