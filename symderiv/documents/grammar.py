"""Tokens of one expression to a tree: a recursive descent over LaTeX mathematics as people write it.

Input: tokens (:mod:`.latex`).  Output: a :class:`~.syntax.Node`, or :class:`~.latex.Unread` with the place.
What juxtaposition means (``f(x)``: a value or a product) is left to :mod:`.meaning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.latex import MAX_DEPTH, Token, Unread
from symderiv.documents.marks import GREEK, NAMES, condition_of, letters_of, marks_of, split_top
from symderiv.documents.syntax import (
    Add,
    Apply,
    Big,
    Cases,
    Condition,
    Deriv,
    Div,
    Fn,
    Hadamard,
    Indicator,
    Mark,
    Marked,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
)

_FUNCTIONS = frozenset("exp log sqrt sin cos tanh sinh cosh erf max min sigmoid diag tr abs sign".split())
_CLOSING = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}
_ENDS = frozenset((")", "]", "\\}", "}", ",", ";", "&", "="))
_RELATIONS = frozenset("neq leq geq approx equiv coloneq rightarrow Rightarrow Leftrightarrow in sim propto".split())
_MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix vmatrix smallmatrix array".split())
#: What is said of a quotient of differentials that cannot be one.
ORDERS = "the orders of a derivative differ above and below"
_ACCENTS = frozenset("hat bar tilde dot ddot check".split())


def parse(tokens: Sequence[Token]) -> Node:
    """The tree of an expression; every token must be used."""
    if not tokens:
        raise Unread("an expression is missing")
    p = _Parser(list(tokens))
    node = p.expression()
    if p.at < len(p.tokens):
        raise Unread(f"'{p.tokens[p.at]}' is not understood here", p.tokens[p.at].at)
    return node


class _Parser:
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

    def group(self) -> list[Token]:
        """The tokens of a brace group, or the next token."""
        t = self.peek()
        if t is None:
            raise Unread("something is missing at the end", self.place())
        if t.kind == "sym" and t.text == "{":
            return self.inside("{")
        self.at += 1
        return [t]

    def inside(self, opening: str) -> list[Token]:
        """The tokens between the bracket here and the one that closes it."""
        closing, start = _CLOSING[opening], self.at
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
        p = _Parser(tokens, self.depth + 1)
        node = p.expression()
        if p.at < len(tokens):
            raise Unread(f"'{tokens[p.at]}' is not understood here", tokens[p.at].at)
        return node

    def spanned(self, node: Node, start: int) -> Node:
        """``node`` with the place it was read from."""
        last = self.tokens[self.at - 1]
        first = self.tokens[start] if start < len(self.tokens) else last
        return replace(node, at=first.at, end=last.at + len(str(last)))

    # --- sums and products ------------------------------------------------------------------------

    def expression(self) -> Node:
        start = self.at
        terms: list[Node] = []
        while True:
            sign = 1
            while self.looks("+", "-"):
                sign *= -1 if self.looks("-") else 1
                self.at += 1
            term = self.term()
            terms.append(Neg(term, at=term.at, end=term.end) if sign < 0 else term)
            if not self.looks("+", "-"):
                break
        return terms[0] if len(terms) == 1 else self.spanned(Add(tuple(terms)), start)

    def term(self) -> Node:
        start = self.at
        node = self.factor()
        while True:
            t = self.peek()
            if t is None or t.text in ("+", "-") or (t.kind == "sym" and t.text in _ENDS):
                break
            if t.kind == "cmd" and t.text in _RELATIONS:
                break
            if t.kind == "quad":
                self.at += 1
                continue
            if t.kind == "sym" and t.text in ("<", ">", "|", ":", "\\|"):
                break
            if t.kind in ("sym", "cmd") and t.text in ("cdot", "times", "*", "odot", ".", "otimes"):
                if t.text == "." and self.peek(1) is None:
                    self.at += 1
                    break
                self.at += 1
                right = self.signed_factor()
                made: Node = Hadamard(node, right) if t.text in ("odot", "otimes") else Mul((node, right))
            elif t.kind in ("sym", "cmd") and t.text in ("/", "div"):
                self.at += 1
                right = self.signed_factor()
                made = _quotient(node, right)
            else:
                right = self.factor()
                made = _operated(node, right)
                if isinstance(made, Deriv) and made.body is right and not self.bracketed:
                    self.rest(made)
                    made = replace(made, body=self.rest(made))
            node = self.spanned(made, start)
        return node

    bracketed = False

    def rest(self, made: Deriv) -> Node:
        """What an operator without a bracket acts on: the factors up to the next sign."""
        assert made.body is not None
        body = made.body
        start = self.at
        while (t := self.peek()) is not None:
            stops = t.text in ("+", "-", "cdot", "times", "*", "odot", "/", ".", "<", ">", "|", ":", "\\|", "(", "[")
            if stops or t.kind == "quad" or t.text in _ENDS or t.text in _RELATIONS:
                break
            if _is_fraction_of_partials(self.tokens[self.at :]):
                break
            right = self.factor()
            body = self.spanned(_operated(body, right), max(start - 1, 0))
        return replace(body, at=made.body.at)

    def signed_factor(self) -> Node:
        if self.looks("-", "+"):
            minus = self.looks("-")
            self.at += 1
            inner = self.factor()
            return Neg(inner, at=inner.at, end=inner.end) if minus else inner
        return self.factor()

    def factor(self) -> Node:
        start = self.at
        self.bracketed = self.looks("(", "[", "{", "\\{")
        node = self.atom()
        while True:
            if self.looks("^"):
                self.at += 1
                node = self.raised(node)
            elif self.looks("_") and not isinstance(node, Sym):
                self.at += 1
                node = Marked(node, marks_of(self.group()))
            elif self.looks("'") and isinstance(node, (Apply, Marked)):
                raise Unread("a prime behind a bracket", self.place())
            elif self.looks("[") and isinstance(node, Apply) and self.is_index():
                node = replace(node, sub=node.sub + marks_of(self.inside("[")))
            elif self.looks("!"):
                raise Unread("factorials are not understood", self.place())
            else:
                break
            node = self.spanned(node, start)
        return self.spanned(node, start) if node.at < 0 else node

    def is_index(self) -> bool:
        saved = self.at
        inner = self.inside("[")
        self.at = saved
        return len(inner) == 1 and inner[0].kind in ("letter", "word", "num")

    def raised(self, node: Node) -> Node:
        tokens = self.group()
        texts = [t.text for t in tokens]
        if texts in (["top"], ["T"], ["'"]) or texts == ["t", "r"]:
            return Transpose(node)
        if not tokens:
            return node
        if isinstance(node, (Apply, Marked)) and self.looks("_"):  # \sigma(z)^2_i is rare, \sum's are read there
            raise Unread("a subscript behind a power", self.place())
        return Pow(node, self.sub(tokens))

    # --- atoms ------------------------------------------------------------------------------------

    def atom(self) -> Node:
        t = self.peek()
        if t is None:
            raise Unread("an expression ends too early", self.place())
        start = self.at
        if t.kind == "num":
            self.at += 1
            if t.text == "1" and self.looks("_"):
                return self.marks(Sym("1"), start)
            if len(t.text) > 40:
                raise Unread("a number of more than 40 digits", t.at)
            return self.spanned(Number(Fraction(t.text)), start)
        if t.kind == "sym" and t.text in ("(", "[", "\\{", "{"):
            inner = self.inside(t.text)
            if t.text == "{" and not inner:
                return self.spanned(Number(Fraction(1)), start)
            if t.text == "{" and all(x.kind in ("letter", "cmd", "word") or x.text in "_^{}" for x in inner):
                return self.braced(inner, start)
            return self.spanned(self.iverson(t.text, inner) or self.sub(inner), start)
        if t.kind == "sym" and t.text in ("|", "\\|"):
            return self.bars(t)
        if t.kind == "cmd":
            return self.command(t)
        if t.kind in ("letter", "word"):
            return self.named(t)
        raise Unread(f"'{t}' is not understood here", t.at)

    def braced(self, inner: list[Token], start: int) -> Node:
        """A group such as ``{x_i}``, to which marks behind it belong as well."""
        node = self.sub(inner)
        if isinstance(node, Sym) and self.looks("_", "^", "'", "("):
            return self.marks(node, start)
        return self.spanned(node, start)

    def iverson(self, opening: str, inner: list[Token]) -> Node | None:
        """``[i = j]``."""
        if opening != "[":
            return None
        found = condition_of(inner)
        return Indicator(found) if found is not None and isinstance(found.left, Mark) else None

    def bars(self, t: Token) -> Node:
        self.at += 1
        start = self.at
        depth = 0
        for n in range(start, len(self.tokens)):
            x = self.tokens[n]
            depth += {"{": 1, "}": -1}.get(x.text, 0) if x.kind == "sym" else 0
            if x.kind == "sym" and x.text == t.text and not depth and n > start:
                inner = self.tokens[start:n]
                self.at = n + 1
                body = self.sub(inner)
                if t.text == "|":
                    return Fn("abs", (body,))
                if self.looks("_"):
                    self.at += 1
                    if [x.text for x in self.group()] != ["2"]:
                        raise Unread("a norm that is not the Euclidean one", t.at)
                return Fn("norm", (body,))
        raise Unread(f"'{t}' is not closed", t.at)

    def command(self, t: Token) -> Node:
        start = self.at
        self.at += 1
        name = t.text
        if name == "frac":
            return self.fraction(start)
        if name == "sqrt":
            root = None
            if self.looks("["):
                root = self.sub(self.inside("["))
            body = self.sub(self.group())
            if root is not None:
                return self.spanned(Pow(body, Div(Number(Fraction(1)), root)), start)
            return self.spanned(Fn("sqrt", (body,)), start)
        if name in ("sum", "prod", "Sigma_") or (name == "Sigma" and self.is_sum()):
            return self.big("prod" if name == "prod" else "sum", start)
        if name in _FUNCTIONS:
            return self.function(name, start)
        if name == "begin":
            return self.environment(t, start)
        if name in _ACCENTS:
            return self.accent(name, start)
        if name == "partial":
            return self.partial(start)
        if name == "nabla":
            return self.nabla(start)
        if name in ("infty", "ldots"):
            raise Unread("an ellipsis" if name == "ldots" else "infinity", t.at)
        if name in ("hat1", "binom", "int", "lim", "prod_"):
            raise Unread(f"\\{name} is not understood", t.at)
        if name in GREEK or name in NAMES:
            return self.marks(Sym(name), start)
        raise Unread(f"\\{name} is not understood", t.at)

    def is_sum(self) -> bool:
        """Whether a Sigma is written for a sum: it has limits."""
        if not self.looks("_"):
            return False
        saved = self.at
        self.at += 1
        inner = self.group()
        self.at = saved
        return any(x.text in ("=", "in", "neq") for x in inner)

    def fraction(self, start: int) -> Node:
        top, bottom = self.group(), self.group()
        made = self.derivative(top, bottom)
        if made is None:
            made = _quotient(self.sub(top), self.sub(bottom))
        return self.spanned(made, start)

    def derivative(self, top: list[Token], bottom: list[Token]) -> Node | None:
        """A fraction of differentials."""
        signs = ("partial",) if _begins(bottom, "partial") else ("d",)
        if not (_begins(bottom, *signs) and _begins(top, *signs)):
            return None
        if signs == ("d",) and (
            len(bottom) < 2 or bottom[1].text in ("_", "^", "'", "}") or (len(top) > 1 and top[1].text in ("_", "'"))
        ):
            return None
        order, body = _after_sign(top)
        targets: list[Node] = []
        rest = bottom
        while rest:
            if not _begins(rest, *signs):
                raise Unread("a denominator of differentials that is not understood", rest[0].at)
            end = next((n for n in range(1, len(rest)) if _begins(rest[n:], *signs) and _flat(rest[:n])), len(rest))
            targets += self.target(rest[1:end])
            rest = rest[end:]
        if order != len(targets):
            raise Unread(ORDERS, top[0].at)
        kind = "partial" if signs[0] == "partial" else "total"
        return Deriv(kind, self.sub(body) if body else None, tuple(targets))

    def target(self, tokens: list[Token]) -> list[Node]:
        node = self.sub(tokens)
        if isinstance(node, Pow) and isinstance(node.exponent, Number) and not _is_square_name(node):
            times = int(node.exponent.value)
            if times not in (2, 3):
                raise Unread("a derivative of that order", node.at)
            return [node.base] * times
        return [node]

    def partial(self, start: int) -> Node:
        r"""``\partial f``, half of a quotient of differentials that is written with a slash."""
        if self.looks("_"):
            raise Unread("a derivative written with an index is not understood", self.place())
        if self.looks("^"):
            raise Unread("a differential with a power", self.place())
        body = self.factor()
        return self.spanned(Deriv("half", body, ()), start)

    def nabla(self, start: int) -> Node:
        marks: Node | None = None
        if self.looks("_"):
            self.at += 1
            marks = self.sub(self.group())
        if self.looks("^"):
            raise Unread("a power of nabla", self.place())
        body = self.factor()
        return self.spanned(Deriv("gradient", body, (marks,) if marks else ()), start)

    def accent(self, name: str, start: int) -> Node:
        inner = self.sub(self.group())
        if not isinstance(inner, Sym):
            raise Unread(f"\\{name} over more than a name", inner.at)
        return self.marks(replace(inner, base=f"{inner.base}_{name}"), start)

    def environment(self, t: Token, start: int) -> Node:
        name = "".join(x.text for x in self.group()).rstrip("*")
        if name == "array" and self.looks("{"):
            self.group()
        depth = 1
        for n in range(self.at, len(self.tokens)):
            x = self.tokens[n]
            if x.kind == "cmd" and x.text in ("begin", "end"):
                depth += 1 if x.text == "begin" else -1
                if not depth:
                    inner = self.tokens[self.at : n]
                    self.at = n + 1
                    self.group()
                    return self.spanned(self.block(name, inner, t), start)
        raise Unread(f"\\begin{{{name}}} is not closed", t.at)

    def block(self, name: str, inner: list[Token], t: Token) -> Node:
        rows = [r for r in split_top(inner, lambda x: x.kind == "newline") if r]
        if name in ("cases", "rcases", "dcases"):
            return Cases(tuple(self.case(r) for r in rows))
        if name in _MATRICES:
            table = tuple(
                tuple(self.cell(c) for c in split_top(r, lambda x: x.text == "&" and x.kind == "sym")) for r in rows
            )
            return Matrix(table)
        raise Unread(f"\\begin{{{name}}} inside an expression is not understood", t.at)

    def cell(self, tokens: list[Token]) -> Node | None:
        shown = [t for t in tokens if t.text != "ldots" and t.text not in (".", ",")]
        return self.sub([t for t in tokens if t.text != ","]) if shown else None

    def case(self, tokens: list[Token]) -> tuple[Node, Condition | None]:
        parts = split_top(tokens, lambda x: (x.text in ("&", ",") and x.kind == "sym") or x.kind == "quad")
        if len(parts) < 2:  # "1 \text{ if } i = j"
            cut = next((n for n, x in enumerate(tokens) if x.kind == "word" and n), len(tokens))
            parts = [tokens[:cut], tokens[cut:]]
        value = self.sub(parts[0])
        condition = [x for p in parts[1:] for x in p]
        words = " ".join(x.text for x in condition if x.kind == "word").lower()
        found = condition_of(condition)
        if found is None and not any(w in words for w in ("otherwise", "else")) and condition:
            raise Unread("a condition that is not understood", condition[0].at)
        return value, found

    # --- names, functions, sums -------------------------------------------------------------------

    def named(self, t: Token) -> Node:
        start = self.at
        self.at += 1
        if t.kind == "word":
            name = {"ln": "log", "Sigmoid": "sigmoid"}.get(t.text, t.text)
            if name in _FUNCTIONS:
                return self.function(name, start)
            if not t.text or not all(c.isalnum() or c in "_- " for c in t.text) or len(t.text.split()) > 2:
                raise Unread("words inside an expression", t.at)
            return self.marks(Sym("_".join(t.text.replace("-", " ").split()), style="word"), start)
        if t.text == "e" and self.looks("^") and t.style != "bold":
            self.at += 1
            exponent = self.sub(self.group())
            return self.spanned(Fn("exp", (exponent,)), start)
        if t.text == "I" and t.style == "bb" and self.looks("_", "(", "[", "\\{"):
            return self.indicator(start)
        return self.marks(Sym(t.text, style=t.style), start)

    def indicator(self, start: int) -> Node:
        self.at += 1 if self.looks("_") else 0
        t = self.peek()
        tokens = self.inside(t.text) if t and t.text in _CLOSING else self.group()
        found = condition_of(tokens)
        if found is None:
            raise Unread("a condition that is not understood", tokens[0].at if tokens else self.place())
        return self.spanned(Indicator(found), start)

    def function(self, name: str, start: int) -> Node:
        power: Node | None = None
        if name in ("max", "min") and self.looks("_"):
            self.at += 1
            letters = letters_of(self.group())
            body = self.factor()
            return self.spanned(Big(name, letters, "", "", (), body), start)
        if self.looks("_"):
            raise Unread("a function with a base or an index", self.place())
        if self.looks("'"):
            raise Unread("a prime at a function", self.place())
        if self.looks("^"):
            self.at += 1
            power = self.sub(self.group())
        if self.looks("(", "[", "\\{"):
            t = self.peek()
            assert t is not None
            parts = split_top(self.inside(t.text), lambda x: x.text == "," and x.kind == "sym")
            node: Node = Fn(name, tuple(self.sub(p) for p in parts))
        else:
            node = Fn(name, (self.argument(),))
        if isinstance(node, Fn) and len(node.args) != (2 if name in ("max", "min") else 1):
            raise Unread(f"{name} of {len(node.args)} arguments", self.place())
        return self.spanned(Pow(node, power) if power is not None else node, start)

    def argument(self) -> Node:
        """The argument of a function without brackets: a factor, with the numbers before it."""
        start = self.at
        minus = self.looks("-")
        self.at += minus
        first = self.factor()
        while isinstance(first, Number) and (t := self.peek()) and t.kind in ("letter", "cmd") and t.text in GREEK | {
            "frac"
        } | set("abcdefghijklmnopqrstuvwxyz"):
            first = Mul((first, self.factor()))
        node = self.spanned(first, start)
        return Neg(node, at=node.at, end=node.end) if minus else node

    def marks(self, sym: Sym, start: int) -> Node:
        """Subscripts, bracketed superscripts, primes and arguments behind a name."""
        sub, sup, primes = list(sym.sub), list(sym.sup), sym.primes
        while True:
            if self.looks("_"):
                self.at += 1
                tokens = self.group()
                found = condition_of(tokens)
                if sym.base in ("1", "I", "chi") and found is not None and isinstance(found.left, Mark):
                    return self.spanned(Indicator(found), start)
                sub += marks_of(tokens)
            elif self.looks("'"):
                self.at += 1
                primes += 1
            elif self.looks("^") and (found_sup := self.superscript()) is not None:
                if found_sup == "prime":
                    primes += 1
                else:
                    assert isinstance(found_sup, tuple)
                    sup += found_sup
            elif self.looks("^") and (power := self.power_before_index()) is not None:
                sub += power[1]
                made = self.spanned(replace(sym, sub=tuple(sub), sup=tuple(sup), primes=primes), start)
                return self.spanned(Pow(made, power[0]), start)
            else:
                break
        node = self.spanned(replace(sym, sub=tuple(sub), sup=tuple(sup), primes=primes), start)
        assert isinstance(node, Sym)
        if self.looks("("):
            return self.applied(node, start)
        if self.looks("[") and (sym.style == "word" or not sub):
            return self.applied(node, start)
        return node

    def superscript(self) -> tuple[Mark, ...] | str | None:
        """The marks of a superscript that is no power; None where it is one."""
        saved = self.at
        self.at += 1
        tokens = self.group()
        texts = [t.text for t in tokens]
        if texts and all(x == "'" for x in texts):
            return "prime" if len(texts) == 1 else self.back(saved)
        if texts in (["*"], ["star"], ["+"], ["-"]):
            return (Mark("word", {"*": "star", "+": "plus", "-": "minus"}.get(texts[0], texts[0])),)
        if len(texts) >= 3 and (texts[0], texts[-1]) in (("(", ")"), ("[", "]")):
            inner = tokens[1:-1]
            if all(t.kind in ("letter", "word", "num") or t.text in (",", "+", "-", *GREEK) for t in inner):
                return marks_of(inner)
        if len(tokens) == 1 and tokens[0].kind == "word":
            return (Mark("word", tokens[0].text),)
        return self.back(saved)

    def back(self, to: int) -> None:
        self.at = to

    def power_before_index(self) -> tuple[Node, tuple[Mark, ...]] | None:
        r"""``\sigma^2_l``: a power, and behind it the subscript of the name."""
        saved = self.at
        self.at += 1
        tokens = self.group()
        if [t.text for t in tokens] in (["top"], ["T"]) or not tokens or not self.looks("_"):
            self.at = saved
            return None
        self.at += 1
        return self.sub(tokens), marks_of(self.group())

    def applied(self, sym: Sym, start: int) -> Node:
        t = self.peek()
        assert t is not None
        inner = self.inside(t.text)
        outside = split_top(inner, lambda x: x.text in ("|", "=", "neq") and x.kind in ("sym", "cmd"))
        if len(outside) > 1 or sym.base in ("P", "Pr"):
            return self.spanned(Apply(sym, (), opaque="".join(map(str, inner))), start)
        parts = [p for p in split_top(inner, lambda x: x.text in (",", ";") and x.kind == "sym") if p]
        args = tuple(self.sub(p) for p in parts)
        sub: tuple[Mark, ...] = ()
        if self.looks("_"):
            self.at += 1
            sub = marks_of(self.group())
        if t.text == "[" and len(args) == 1 and self.depth >= 0 and sym.style != "word":
            return self.spanned(Mul((sym, args[0])), start)
        return self.spanned(Apply(sym, args, sub), start)

    def big(self, op: str, start: int) -> Node:
        letters: tuple[str, ...] = ()
        lower = upper = ""
        apart: tuple[Condition, ...] = ()
        while self.looks("_", "^"):
            is_sub = self.looks("_")
            self.at += 1
            tokens = self.group()
            if is_sub:
                letters, lower, apart = self.limits(tokens)
            else:
                upper = "".join(map(str, tokens))
        t = self.peek()
        if not letters and (t is None or t.kind == "sym" and (t.text in _ENDS or t.text in "+-^/*.")):
            return self.spanned(Sym("Sum"), start)  # the sign as the name of a denominator
        while self.looks("{") and not self.tokens[self.at + 1 : self.at + 2]:
            self.at += 1
        sign = self.looks("-")
        self.at += sign
        body = self.term()
        if sign:
            body = Neg(body, at=body.at, end=body.end)
        return self.spanned(Big(op, letters, upper, lower, apart, body), start)

    def limits(self, tokens: list[Token]) -> tuple[tuple[str, ...], str, tuple[Condition, ...]]:
        """What stands below a sum: its letters, the lower limit, what they are not."""
        letters: list[str] = []
        apart: list[Condition] = []
        lower = ""
        for part in split_top(tokens, lambda x: (x.text in (",", ";") and x.kind == "sym") or x.kind == "newline"):
            cut = next((n for n, x in enumerate(part) if x.text in ("=", "in", "neq", "leq", "<", "geq", ">")), None)
            if cut is None:
                letters += letters_of(part)
                continue
            sign, behind = part[cut].text, part[cut + 1 :]
            own = letters_of(part[:cut])
            if sign == "=":
                lower = "".join(map(str, behind))
                if "ldots" in lower:
                    lower = "1"
                letters += own
            elif sign == "in":
                letters += own
            elif sign == "neq" and len(own) == 1:
                letters += [x for x in own if x not in letters]
                apart += [Condition("neq", Mark("letter", own[0]), m) for m in marks_of(behind)]
            else:
                found = condition_of(part)
                if found is None:
                    raise Unread("a range that is not understood", part[0].at)
                letters += [x for x in own if x not in letters]
                apart.append(found)
        if not letters and tokens:
            raise Unread("a sum without a letter", tokens[0].at)
        return tuple(dict.fromkeys(letters)), lower, tuple(apart)


def _begins(tokens: Sequence[Token], *signs: str) -> bool:
    if not tokens:
        return False
    t = tokens[0]
    return t.text in signs and (t.kind in ("cmd", "letter") or (t.kind == "word" and t.text == "d"))


def _flat(tokens: Sequence[Token]) -> bool:
    depth = 0
    for t in tokens:
        depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(t.text, 0) if t.kind == "sym" else 0
    return depth == 0


def _after_sign(tokens: list[Token]) -> tuple[int, list[Token]]:
    """The order of a numerator of differentials and what is differentiated."""
    rest = tokens[1:]
    if rest and rest[0].text == "^" and len(rest) > 1:
        inner = rest[1:2] if rest[1].text != "{" else rest[2:3]
        order = int(inner[0].text) if inner and inner[0].text in ("2", "3") else 0
        return order, rest[2:] if rest[1].text != "{" else rest[4:]
    return 1, rest


def _is_square_name(node: Pow) -> bool:
    """Whether a squared target may be a name of its own: a variance."""
    return isinstance(node.base, Sym) and node.base.base in ("sigma", "s") and node.exponent == Number(Fraction(2))


def _is_fraction_of_partials(tokens: Sequence[Token]) -> bool:
    texts = [t.text for t in tokens[:4]]
    return texts[:1] == ["frac"] and ("partial" in texts[:3] or "d" in texts[1:3])


def _quotient(top: Node, bottom: Node) -> Node:
    if isinstance(top, Deriv) and isinstance(bottom, Deriv) and top.kind == bottom.kind == "half":
        assert bottom.body is not None
        return Deriv("partial", top.body, (bottom.body,))
    return Div(top, bottom)


def _operated(left: Node, right: Node) -> Node:
    """A product, or an operator and what it acts on."""
    if isinstance(left, Deriv) and left.body is None and left.kind != "gradient":
        return replace(left, body=right)
    if isinstance(left, Mul) and isinstance(left.factors[-1], Deriv) and left.factors[-1].body is None:
        return Mul((*left.factors[:-1], replace(left.factors[-1], body=right)))
    return Mul((left, right))
