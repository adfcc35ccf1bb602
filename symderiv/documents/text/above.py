"""Superscripts that are no powers: primes, layers in brackets, words."""

from __future__ import annotations

from symderiv.documents.text.cursor import Cursor
from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import in_brackets, marks_of
from symderiv.documents.text.syntax import Mark


class Above(Cursor):
    """Reads what stands above a name."""

    def is_primed(self) -> bool:
        """Whether a prime in braces stands here: ``f^{'}``."""
        return [t.text for t in self.tokens[self.at : self.at + 4]] == ["^", "{", "'", "}"]

    def superscript(self) -> tuple[Mark, ...] | str | None:
        """The marks of a superscript that is no power; None where it is one."""
        saved = self.at
        self.at += 1
        tokens = self.group()
        texts = [t.text for t in tokens]
        if texts in (["'", "T"], ["'", "top"]):  # w^{'\\top}
            self.tokens[self.at : self.at] = [Token("sym", "^", tokens[-1].at), tokens[-1]]
            return "prime"
        if texts and all(x == "'" for x in texts):
            if len(texts) == 1:
                return "prime"
            self.at = saved
            return None
        if texts in (["*"], ["star"], ["+"], ["-"]):
            return (Mark("word", {"*": "star", "+": "plus", "-": "minus"}.get(texts[0], texts[0])),)
        if texts[-1:] in (["T"], ["top"]) and texts[:1] in (["("], ["["]) and texts[-2] in (")", "]"):
            self.tokens[self.at : self.at] = [Token("sym", "^", tokens[-1].at), tokens[-1]]
            tokens, texts = tokens[:-1], texts[:-1]  # W^{[l]T}
        if (inner := in_brackets(tokens)) is not None:
            return marks_of(inner)
        if len(tokens) == 1 and tokens[0].kind == "word" and tokens[0].text not in ("T", "top", "t", "tr"):
            return (Mark("word", tokens[0].text),)
        if len(tokens) == 1 and tokens[0].kind == "letter" and tokens[0].text != "T" and self.looks("_"):
            return (Mark("letter", tokens[0].text),)  # z^f_t: a power would stand behind the index
        self.at = saved
        return None
