"""Tokens of one expression to a tree: a recursive descent over LaTeX mathematics as people write it.

Input: tokens (:mod:`.latex`).  Output: a :class:`~.syntax.Node`, or :class:`~.latex.Unread` with the place.
What juxtaposition means (``f(x)``: a value or a product) is left to :mod:`.meaning.applying`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from symderiv.documents.text.bars import Bars
from symderiv.documents.text.branches import JOINED, Case, between, in_order
from symderiv.documents.text.colons import FROBENIUS
from symderiv.documents.text.cursor import ACCENTS, ENDS
from symderiv.documents.text.latex import DOTS, Token, Unread
from symderiv.documents.text.marks import GREEK, NAMES, OTHERWISE, condition_of, marks_of, split_top
from symderiv.documents.text.names import FUNCTIONS, is_product
from symderiv.documents.text.quotients import ends_open, is_fraction_of_partials, operated, quotient
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Deriv,
    Div,
    Fn,
    Hadamard,
    Indicator,
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
from symderiv.documents.text.written import with_ellipsis, without_end

_RELATIONS = frozenset(
    "neq leq geq approx equiv coloneq rightarrow Rightarrow Leftrightarrow in sim propto".split()
)
#: Where what an operator without a bracket acts on ends.
_STOPS = frozenset(f"+ - cdot times * odot otimes bullet / . < > | : {FROBENIUS}".split())
#: Signs of a product entry by entry.
_OPERATORS = frozenset("+ - cdot times * / < > leq geq".split())
_ENTRYWISE = frozenset(("odot", "otimes", "bullet"))
#: Powers of a logarithm itself, \log(x)^2.
_OUTSIDE = (Number(Fraction(2)), Number(Fraction(3)))
_MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix vmatrix smallmatrix array".split())


def _is_transpose(tokens: Sequence[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind == "word" and tokens[0].text in ("T", "t", "tr", "top")


def parse(tokens: Sequence[Token]) -> Node:
    """The tree of an expression; every token must be used."""
    if not tokens:
        raise Unread("an expression is missing")
    p = _Parser(list(tokens))
    node = p.expression()
    if p.at < len(p.tokens):
        raise Unread(f"'{p.tokens[p.at]}' is not understood here", p.tokens[p.at].at)
    return node


class _Parser(Bars):
    # --- sums and products ------------------------------------------------------------------------

    def expression(self) -> Node:
        start = self.at
        terms: list[Node] = []
        gap = 0
        while True:
            sign = 1
            while self.looks("+", "-"):
                sign *= -1 if self.looks("-") else 1
                self.at += 1
            if terms and not gap and self.looks("ldots") and self.looks("+", "-", ahead=1):
                self.at += 1
                gap = len(terms)
                continue
            ends = len(terms) > 1 and self.looks("ldots") and self.ends_behind()
            if ends and not gap and sign > 0 and (summed := without_end(terms)) is not None:
                self.at = len(self.tokens)
                terms[len(terms) - summed[0] :] = [summed[1]]
                break
            term = self.term()
            while self.looks(FROBENIUS):
                self.at += 1
                product = Mul((Transpose(term), self.term()))
                term = self.spanned(Fn("tr", (product,)), start)
            if ends_open(term) and self.looks("-"):
                self.at += 1  # \frac{\partial}{\partial w} -[...]
                inner = self.term()
                term = self.spanned(operated(term, Neg(inner, at=inner.at, end=inner.end)), start)
            terms.append(Neg(term, at=term.at, end=term.end) if sign < 0 else term)
            if gap == len(terms) - 1 and gap:
                summed = with_ellipsis(terms[:gap], terms[-1])
                if summed is None:
                    raise Unread(DOTS, term.at)
                terms[gap - summed[0] :] = [summed[1]]
                gap = 0
            if not self.looks("+", "-"):
                break
        return terms[0] if len(terms) == 1 else self.spanned(Add(tuple(terms)), start)

    def ends_behind(self) -> bool:
        """Whether nothing but a full stop stands behind the next sign."""
        return all(t.text in (".", ",") or t.kind == "quad" for t in self.tokens[self.at + 1 :])

    def term(self) -> Node:
        start = self.at
        node = self.factor()
        while True:
            t = self.peek()
            if t is None or t.text in ("+", "-") or (t.kind == "sym" and t.text in ENDS):
                break
            if t.kind == "cmd" and (t.text in _RELATIONS or t.text == FROBENIUS):
                break
            if t.kind == "quad":
                self.at += 1
                continue
            if t.text == "|" and self.looks("_", ahead=1):
                node = self.spanned(self.evaluated(node), start)
                continue
            double = t.text == "|" and (self.looks("|", ahead=1) or self.opens())
            if t.kind == "sym" and t.text in ("<", ">", "|", ":") and not double:
                break
            if t.kind in ("sym", "cmd") and t.text in ("cdot", "times", "*", ".", *_ENTRYWISE):
                if t.text == "." and self.peek(1) is None:
                    self.at += 1
                    break
                self.at += 1
                right = self.signed_factor()
                product = Mul((node, right), dot=t.text == "cdot")
                made: Node = Hadamard(node, right) if t.text in _ENTRYWISE else product
            elif t.kind in ("sym", "cmd") and t.text in ("/", "div"):
                self.at += 1
                right = self.signed_factor()
                made = quotient(node, right)
            else:
                right = self.factor()
                made = operated(node, right)
                turned = isinstance(right, Transpose)  # of a row alone there is no derivative
                if isinstance(made, Deriv) and made.body is right:
                    rest = self.rest(made, turned) if turned or not self.bracketed else right
                    made = replace(made, body=rest, open=True)
            node = self.spanned(made, start)
        return node

    bracketed = False

    def rest(self, made: Deriv, turned: bool) -> Node:
        """What an operator without a bracket acts on: the factors up to the next sign; ``turned``: the first
        is transposed, and a bracket may go on its product."""
        assert made.body is not None
        body = made.body
        start = self.at
        while (t := self.peek()) is not None:
            opens = t.text in ("(", "[")
            stops = t.text in _STOPS or (opens and not turned)
            if stops or t.kind == "quad" or t.text in ENDS or t.text in _RELATIONS:
                break
            if is_fraction_of_partials(self.tokens[self.at :]):
                break
            turned = turned and not opens
            right = self.factor()
            body = self.spanned(operated(body, right), max(start - 1, 0))
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
        if (less := self.power_in_braces()) is not None:
            return less
        self.bracketed = self.looks("(", "[", "{", "\\{")
        node = self.atom()
        while True:
            if self.looks("^"):
                self.at += 1
                node = self.raised(node)
            elif self.looks("_") and self.bracketed and isinstance(node, Sym) and node.sub:
                self.at += 1
                node = replace(node, sub=node.sub + marks_of(self.group()))  # (X_{col})_{pd}
            elif self.looks("_") and not isinstance(node, Sym):
                self.at += 1
                below = self.group()
                shape = isinstance(node, Matrix) and any(x.text in ("*", "times") for x in below)
                node = node if shape else Marked(node, marks_of(below))
            elif self.looks("'") and self.bracketed and not isinstance(node, (Apply, Marked)):
                self.at += 1
                node = Deriv("prime", node, ())
            elif self.looks("'") and isinstance(node, Apply) and is_product(node):
                self.at += 1  # x (1 + x)'
                node = Mul((node.head, Deriv("prime", node.args[0], ())))
            elif self.looks("'") and isinstance(node, Apply) and not (node.sub or node.opaque):
                self.at += 1
                node = Deriv("prime", node, ())
            elif self.looks("'") and isinstance(node, (Apply, Marked)):
                raise Unread("a prime behind a bracket", self.place())
            elif self.looks("(") and isinstance(node, Deriv) and (made := self.at_place(node)) is not None:
                node = made
            elif self.looks("[") and isinstance(node, Apply) and self.is_index():
                node = replace(node, sub=node.sub + marks_of(self.inside("[")))
            elif self.looks("!"):
                shown = "".join(map(str, self.tokens[start : self.at]))
                self.at += 1
                node = Apply(Sym("factorial"), (), opaque=shown)
            else:
                break
            node = self.spanned(node, start)
        return self.spanned(node, start) if node.at < 0 else node

    def power_in_braces(self) -> Node | None:
        """``{ -e }^{ -x }`` at the beginning of a term: braces are not seen."""
        start = self.at
        first = not start or self.tokens[start - 1].text in ("(", "[", "{", "=", "&", "cdot", "times")
        if not first or not self.looks("{") or not self.looks("-", ahead=1):
            return None
        inner = self.inside("{")
        alone = len(inner) == 2 and self.looks("^")
        if alone:
            self.tokens[start : self.at] = inner
        self.at = start + alone
        if not alone:
            return None
        node = self.factor()
        return Neg(node, at=node.at, end=node.end)

    def is_condition(self) -> bool:
        """Whether a relation stands in the bracket that follows: ``1\\{i = j\\}``."""
        saved = self.at
        inner = self.inside(self.tokens[self.at].text)
        self.at = saved
        return any(t.text in ("=", "neq") for t in inner)

    def is_index(self) -> bool:
        saved = self.at
        inner = self.inside("[")
        self.at = saved
        return len(inner) == 1 and inner[0].kind in ("letter", "word", "num")

    def raised(self, node: Node) -> Node:
        tokens = self.group()
        texts = [t.text for t in tokens]
        if texts == ["'"] and self.bracketed:
            return Deriv("prime", node, ())
        if texts in (["top"], ["T"], ["'"]) or texts == ["t", "r"] or _is_transpose(tokens):
            return Transpose(node)
        if texts in (["-", "top"], ["-", "T"]):
            return Transpose(Pow(node, Neg(Number(Fraction(1)))))
        if not tokens:
            return node
        if isinstance(node, (Apply, Marked)) and self.looks(
            "_"
        ):  # \sigma(z)^2_i is rare, \sum's are read there
            raise Unread("a subscript behind a power", self.place())
        exponent = self.sub(tokens)
        if isinstance(node, Fn) and node.name == "log" and exponent not in _OUTSIDE:
            return Fn("log", (Pow(node.args[0], exponent),))  # \ln(x)^{-1/2}, of what stands in the bracket
        return Pow(node, exponent)

    # --- atoms ------------------------------------------------------------------------------------

    def atom(self) -> Node:
        t = self.peek()
        if t is None:
            raise Unread("an expression ends too early", self.place())
        start = self.at
        if t.kind == "num":
            self.at += 1
            if t.text == "1" and self.looks("(", "[", "\\{") and (t.style or self.is_condition()):
                if t.style and self.is_ones():
                    return self.spanned(Sym("1", style="bold"), start)
                return self.indicator(start)
            if t.text == "1" and (self.looks("_") or t.style in ("bold", "bb")):
                return self.marks(Sym("1", style="bold"), start)
            if len(t.text) > 40:
                raise Unread("a number of more than 40 digits", t.at)
            return self.spanned(Number(Fraction(t.text), places=len(t.text.partition(".")[2])), start)
        if t.kind == "sym" and t.text == "\\{" and self.looks("begin", ahead=1):
            self.at += 2  # \left\{ \begin{array} ... \end{array} \right.
            made_cases = self.environment(t, start, cases=True)
            self.at += self.looks("\\}")
            return made_cases
        if t.kind == "sym" and t.text in ("(", "[", "\\{", "{"):
            inner = self.inside(t.text)
            if t.text in ("(", "[") and (made := self.written_out(inner)) is not None:
                return self.spanned(made, start)
            if t.text == "{" and not inner:
                return self.spanned(Number(Fraction(1)), start)
            if t.text == "{" and all(x.kind in ("letter", "cmd", "word") or x.text in "_^{}" for x in inner):
                return self.braced(inner, start)
            made = self.spanned(self.iverson(t.text, inner) or self.sub(inner), start)
            return replace(made, open=True) if t.text == "{" and isinstance(made, Add) else made
        if t.kind == "sym" and t.text in ("|", "\\|"):
            return self.bars(t)
        if t.kind == "cmd":
            return self.command(t)
        if t.kind in ("letter", "word"):
            return self.named(t)
        raise Unread(f"'{t}' is not understood here", t.at)

    def is_ones(self) -> bool:
        """Whether a bracket that states nothing stands here, behind a 1: the vector of ones times it."""
        saved, t = self.at, self.peek()
        assert t is not None
        inner = self.inside(t.text)
        self.at = saved
        words = any(x.kind == "word" or x.text in _RELATIONS | {"=", "<", ">"} for x in inner)
        return not words and any(x.text in ("top", "^", "_", "+", "-") for x in inner)

    def braced(self, inner: list[Token], start: int) -> Node:
        """A group such as ``{x_i}``, to which marks behind it belong as well."""
        node = self.sub(inner)
        if isinstance(node, Sym) and self.looks("_", "^", "'", "("):
            return self.marks(node, start)
        return self.spanned(node, start)

    def iverson(self, opening: str, inner: list[Token]) -> Node | None:
        """``[i = j]``, ``[z_i > 0]``."""
        found = self.truth(inner) if opening == "[" else None
        return Indicator(found) if found is not None else None

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
        if name in FUNCTIONS:
            return self.function(name, start)
        if name == "begin":
            return self.environment(t, start)
        if name in ACCENTS:
            return self.accent(name, start)
        if name == "partial":
            return self.partial(start)
        if name == "langle":
            return self.inner(t, start)
        if name == "nabla":
            return self.nabla(start)
        if name in ("infty", "ldots"):
            raise Unread(DOTS if name == "ldots" else "infinity", t.at)
        if name == "int":
            return self.integral(t, start)
        if name in ("hat1", "binom", "lim", "prod_"):
            raise Unread(f"\\{name} is not understood", t.at)
        if name in GREEK or name in NAMES:
            return self.marks(Sym(name, style=t.style), start)
        raise Unread(f"\\{name} is not understood", t.at)

    def inner(self, t: Token, start: int) -> Node:
        """``\\langle a, b \\rangle``."""
        for n in range(self.at, len(self.tokens)):
            if self.tokens[n].text == "rangle":
                parts = split_top(
                    self.tokens[self.at : n], lambda x: x.text in (",", "|") and x.kind == "sym"
                )
                self.at = n + 1
                if len(parts) == 1 and isinstance(mean := self.sub(parts[0]), Sym):
                    return self.spanned(replace(mean, base=f"{mean.base}_mean"), start)
                if len(parts) != 2:
                    break
                return self.spanned(Fn("inner", (self.sub(parts[0]), self.sub(parts[1]))), start)
        raise Unread("an inner product that is not understood", t.at)

    def accent(self, name: str, start: int) -> Node:
        tokens = self.group()
        inner = self.sub(tokens)
        if name == "bar" and isinstance(inner, Mul) and all(t.kind == "letter" for t in tokens):
            inner = Sym(
                "".join(t.text for t in tokens), style="word", at=inner.at, end=inner.end
            )  # the mean of a product
        if not isinstance(inner, Sym):
            raise Unread(f"\\{name} over more than a name", inner.at)
        return self.marks(replace(inner, base=f"{inner.base}_{name}"), start)

    def environment(self, t: Token, start: int, cases: bool = False) -> Node:
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
                    return self.spanned(self.block("cases" if cases else name, inner, t), start)
        raise Unread(f"\\begin{{{name}}} is not closed", t.at)

    def block(self, name: str, inner: list[Token], t: Token) -> Node:
        rows = [r for r in split_top(inner, lambda x: x.kind == "newline") if r]
        if name in ("cases", "rcases", "dcases"):
            return in_order([self.case(r) for r in rows])
        if name in _MATRICES:
            table = tuple(
                tuple(self.cell(c) for c in split_top(r, lambda x: x.text == "&" and x.kind == "sym"))
                for r in rows
            )
            return Matrix(table)
        raise Unread(f"\\begin{{{name}}} inside an expression is not understood", t.at)

    def case(self, tokens: list[Token]) -> Case:
        parts = split_top(tokens, lambda x: (x.text in ("&", ",") and x.kind == "sym") or x.kind == "quad")
        if len(parts) < 2:  # "1 \text{ if } i = j"
            cut = next((n for n, x in enumerate(tokens) if x.kind == "word" and n), len(tokens))
            parts = [tokens[:cut], tokens[cut:]]
        value = self.sub(parts[0])
        condition = [x for p in parts[1:] for x in p]
        words = " ".join(x.text for x in condition if x.kind == "word").lower()
        found, both = condition_of(condition), None
        if found is None:
            named = {id(y) for x, y in pairwise(condition) if y.kind == "word" and x.text in _OPERATORS}
            plain = [x for x in condition if x.kind not in ("word", "quad") or id(x) in named]
            plain = [x for x in plain if x.text != ","]
            found = self.comparison(plain)
            if found is None and not JOINED.search(words):
                both = between(plain, self.comparison)
        if found is None and both is None and not any(w in words for w in OTHERWISE) and condition:
            raise Unread("a condition that is not understood", condition[0].at)
        return value, both or ((found,) if found is not None else ())
