"""The part of the parser that reads names with their marks, functions, sums with their limits."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symderiv.documents.text.above import Above
from symderiv.documents.text.cursor import ACCENTS, CLOSING, ENDS
from symderiv.documents.text.latex import Token, Unread
from symderiv.documents.text.marks import GREEK, condition_of, letters_of, limits_of, marks_of, split_top
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Condition,
    Deriv,
    Div,
    Fn,
    Indicator,
    Mark,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    walk,
)
from symderiv.documents.text.vocabulary import SOFTMAX
from symderiv.documents.text.written import outside, with_ellipsis, without_end

FUNCTIONS = frozenset(
    "exp log sqrt sin cos tanh sinh cosh sech tan erf max min sigmoid diag tr abs sign det".split()
)
#: Letters that are positions also beside a number, as i > 1.
_POSITIONS = frozenset("ijklmnt")
#: Functions of several letters that are written out: log1p(x) is log(1 + x).
_WRITTEN = frozenset(("log1p", "expm1"))
_OPERATORS = frozenset(("+", "-", "cdot", "times", "/", "*", ".", "neq", "leq", "geq", "<", ">", "quad"))
#: Between the arguments of a probability: P(a \\succ b), P(X > x).
_ORDERED = ("succ", "prec", "succeq", "preceq", "succsim", "<", ">", "leq", "geq", "rightarrow")
_STYLED = (0, 8, 12, 4, 5)  # how long \\mathbf{, \\boldsymbol{, \\bm{ and \\vec{ are
_SAME = {"ln": "log", "Sigmoid": "sigmoid", "Tr": "tr", "trace": "tr", "Diag": "diag"}


def is_product(node: Apply) -> bool:
    """Whether a letter before a bracket is a factor: no function has its name, and no argument is there."""
    plain = not (node.head.sub or node.head.sup or node.head.primes or node.sub or node.opaque)
    return plain and node.head.base in "abcxyztuvw" and len(node.args) == 1 and isinstance(node.args[0], Add)


def _doubled(inner: list[Token]) -> list[Token]:
    """``p || q`` as ``p \\| q``: two bars that stand together once, and no others."""
    bars = [n for n, t in enumerate(inner) if t.text == "|" and t.kind == "sym"]
    if len(bars) != 2 or bars[1] != bars[0] + 1 or bars[0] == 0 or bars[1] == len(inner) - 1:
        return inner
    return [*inner[: bars[0]], replace(inner[bars[0]], text="\\|"), *inner[bars[1] + 1 :]]


def _are_values(below: list[Token]) -> bool:
    """Whether values with an index stand below a sum: ``y_i = g(x_i)``."""
    sides = split_top(below, lambda x: x.text in ("=", "neq"))
    if len(sides) != 2 or not all(sides):
        return False
    one, two = ({t.text for t in side} for side in sides)
    return "_" in one and "_" in two


def _is_name(t: Token) -> bool:
    return t.kind == "letter" or t.text in GREEK


class Names(Above):
    """Names, functions, sums."""

    def named(self, t: Token) -> Node:
        start = self.at
        self.at += 1
        if t.kind == "word" and not (t.text == "d" and self.is_differential()):
            name = _SAME.get(t.text, t.text)
            if name in _WRITTEN and self.looks("(", "["):
                arg = self.sub(self.inside(self.tokens[self.at].text))
                one = Number(Fraction(1))
                less: Node = Add((Fn("exp", (arg,)), Neg(one)))
                return self.spanned(less if name == "expm1" else Fn("log", (Add((one, arg)),)), start)
            if name in FUNCTIONS:
                return self.function(name, start)
            behind = self.peek()
            if name in SOFTMAX and behind is not None and behind.kind == "letter":
                arg = self.factor()  # softmax z
                if isinstance(arg, Sym):
                    return self.spanned(Apply(Sym(name, style="word"), (arg,)), start)
                self.at = start + 1
            if not t.text or not all(c.isalnum() or c in "_- " for c in t.text) or len(t.text.split()) > 2:
                raise Unread("words inside an expression", t.at)
            return self.marks(Sym("_".join(t.text.replace("-", " ").split()), style="word"), start)
        after = self.peek()
        if t.text == "d" and (operator := self.operator("d")) is not None:
            return self.spanned(operator, start)
        near = after is not None and after.at - t.at - 1 in (_STYLED if after.style == "bold" else (0,))
        beside = t.text == "d" and after is not None and (t.kind == "word" or near)
        letter = after is not None and after.kind in ("letter", "word") and len(after.text) == 1
        if beside and after is not None and (letter or after.text in GREEK):
            self.at += 1  # dW: a name for the gradient by W
            return self.marks(Sym(f"d{after.text}", style=after.style), start)
        if beside and after is not None and after.text in ACCENTS:
            saved = self.at
            made = self.factor()
            if isinstance(made, Sym):  # d\\tilde{c}
                return self.spanned(replace(made, base=f"d{made.base}"), start)
            if isinstance(made, Apply) and isinstance(made.head, Sym):  # d\\tilde{c}_j (...)
                head = replace(made.head, base=f"d{made.head.base}")
                return self.spanned(replace(made, head=head), start)
            self.at = saved
        if t.text == "e" and self.looks("^") and t.style != "bold" and not self.is_turned():
            self.at += 1
            exponent = self.sub(self.group())
            return self.spanned(Fn("exp", (exponent,)), start)
        bold = t.text == "I" and t.style == "bb" and self.looks("_", "(", "[", "\\{")
        return self.indicator(start) if bold else self.marks(Sym(t.text, style=t.style), start)

    def is_turned(self) -> bool:
        """Whether a power stands here that only vectors have: ``e^\\top``, ``e^T e``."""
        saved = self.at
        self.at += 1
        inner, behind = [x.text for x in self.group()], self.peek()
        self.at = saved
        return inner in (["top"], ["'"]) or (inner == ["T"] and behind is not None and behind.text == "e")

    def indicator(self, start: int) -> Node:
        self.at += 1 if self.looks("_") else 0
        t = self.peek()
        tokens = self.inside(t.text) if t and t.text in CLOSING else self.group()
        found = self.truth(tokens)
        if found is None:
            raise Unread("a condition that is not understood", tokens[0].at if tokens else self.place())
        return self.spanned(Indicator(found), start)

    def truth(self, tokens: list[Token]) -> Condition | None:
        """A condition between positions, or between values: ``z_i > 0``."""
        if tokens and tokens[0].text == "\\{" and tokens[-1].text == "\\}":
            tokens = tokens[1:-1]  # 1_{\\{x > 0\\}}
        found = condition_of(tokens)
        ordered = found is not None and found.op not in ("=", "neq")
        if found is None or (ordered and "word" in (found.left.kind, found.right.kind)):
            return self.comparison(tokens)
        if ordered and "number" in (found.left.kind, found.right.kind):
            letters = [m.text for m in (found.left, found.right) if m.kind != "number"]
            return found if all(x in _POSITIONS for x in letters) else self.comparison(tokens)
        return found

    def comparison(self, tokens: list[Token]) -> Condition | None:
        """``x > 0``, between values."""
        cut = [n for n, t in enumerate(tokens) if t.text in ("<", ">", "leq", "geq")]
        if len(cut) != 1:
            return None
        sign = {"leq": "<=", "geq": ">="}.get(tokens[cut[0]].text, tokens[cut[0]].text)
        return Condition(sign, self.sub(tokens[: cut[0]]), self.sub(tokens[cut[0] + 1 :]))

    def written_out(self, inner: list[Token]) -> Node | None:
        """``(z_1, \\dots, z_C)``."""
        parts = split_top(inner, lambda x: x.text in (",", ";") and x.kind == "sym")
        if len(parts) < 2 or not all(parts):
            return None
        if all([p[0].text, p[-1].text] == ["[", "]"] for p in parts):  # [[1, 3], [2, 4]]
            rows = [split_top(p[1:-1], lambda x: x.text == "," and x.kind == "sym") for p in parts]
            if len({len(r) for r in rows}) == 1 and all(map(all, rows)):
                return Matrix(tuple(tuple(self.cell(c) for c in r) for r in rows))
        return Matrix((tuple(self.cell(p) for p in parts),), True)

    def cell(self, tokens: list[Token]) -> Node | None:
        shown = [t for t in tokens if t.text != "ldots" and t.text not in (".", ",")]
        parts = split_top(tokens, lambda x: x.text == "," and x.kind == "sym")
        return self.sub([t for p in parts for t in p]) if shown else None

    def function(self, name: str, start: int) -> Node:
        power: Node | None = None
        if name in ("max", "min") and self.looks("_"):
            self.at += 1
            letters = letters_of(self.group())
            body = self.factor()
            return self.spanned(Big(name, letters, "", "", (), body), start)
        if self.looks("_"):
            return self.to_base(name, start)
        t = self.peek()
        if name in ("cos", "sin") and (t is None or t.text in ENDS | _OPERATORS):
            return self.spanned(Sym(name, style="word"), start)  # the cosine of two vectors, by name
        if self.looks("'") or self.is_primed():
            return self.marks(Sym(name, style="word"), start)
        if self.looks("^"):
            self.at += 1
            power = self.sub(self.group())
        if self.looks("(", "[", "\\{"):
            inside = self.inside(self.tokens[self.at].text)
            parts = split_top(inside, lambda x: x.text == "," and x.kind == "sym")
            if name in ("max", "min") and len(parts) != 2:
                return self.spanned(self.greatest(name, parts), start)
            written = self.written_out(inside) if name == "diag" else None
            node: Node = Fn(name, (written,) if written is not None else tuple(self.sub(p) for p in parts))
        else:
            inner = self.argument()
            product = isinstance(inner, Apply) and len(inner.args) == 1 and not isinstance(inner.args[0], Sym)
            behind = self.peek()
            exponential = self.looks("e") and self.looks("^", ahead=1)
            wide = self.looks("(", "[") or (behind is not None and behind.text in FUNCTIONS)
            wide = name == "log" and (exponential or (wide and isinstance(inner, (Pow, Div))))
            node = Fn(name, (inner,), open=product or wide)
        if name == "cos" and isinstance(node, Fn) and len(node.args) == 2:  # of the angle between them
            return self.spanned(Apply(Sym(name, style="word"), node.args), start)
        if isinstance(node, Fn) and len(node.args) != (2 if name in ("max", "min") else 1):
            raise Unread(f"{name} of {len(node.args)} arguments", self.place())
        return self.spanned(Pow(node, power) if power is not None else node, start)

    def greatest(self, name: str, parts: list[list[Token]]) -> Node:
        """``\\max(z)``, ``\\max(z_1, \\dots, z_n)``: the greatest of all entries."""
        if len(parts) == 1:
            body = self.sub(parts[0])
            if not isinstance(body, Sym) or any(m.kind != "letter" for m in body.sub):
                raise Unread(f"{name} of 1 arguments", self.place())
            return Big(name, tuple(m.text for m in body.sub), "", "", (), body)
        dots = [[t.text for t in p] == ["ldots"] for p in parts]
        before = [self.sub(p) for p, gap in zip(parts, dots, strict=True) if not gap]
        made = without_end(before) if dots[-1] else None  # max(z_1, z_2, \\dots)
        if dots[-2] and len(before) > 1 and not dots[-1]:
            *before, last = before
            made = with_ellipsis(before, last)
        if made is None or made[0] != len(before) or not isinstance(made[1], Big):
            raise Unread(f"{name} of {len(parts)} arguments", self.place())
        return replace(made[1], op=name)

    def to_base(self, name: str, start: int) -> Node:
        """``\\log_2 x``, as a quotient of natural logarithms."""
        place = self.place()
        self.at += 1
        if not self.looks("10"):  # nobody writes \log_1 0
            self.split_number()
        base = self.group()
        known = len(base) == 1 and (base[0].kind == "num" or base[0].text in ("a", "b", "c", "e"))
        if name != "log" or not known or self.looks("_"):
            raise Unread("a function with a base or an index", place)
        node = self.function(name, start)
        if base[0].text == "e":
            return node
        scale = Pow(Fn("log", (self.sub(base),)), Neg(Number(Fraction(1))))
        if isinstance(node, Pow):
            scale = Pow(scale, node.exponent)
        return self.spanned(Mul((scale, node)), start)

    def argument(self) -> Node:
        """The argument of a function without brackets: a factor; behind a number all names that follow."""
        start = self.at
        minus = self.looks("-")
        self.at += minus
        first = self.factor()
        number = isinstance(first, Number)
        while (
            number
            and (t := self.peek())
            and t.kind in ("letter", "cmd")
            and t.text in GREEK | {"frac"} | set("abcdefghijklmnopqrstuvwxyz")
        ):
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
                if sym.base in ("1", "I", "chi") and (found := self.truth(tokens)) is not None:
                    return self.spanned(Indicator(found), start)
                sub += marks_of(tokens)
            elif self.looks("'"):
                self.at += 1
                primes += 1
            elif sym.base == "delta" and len(sub) == 1 and (upper := self.upper_index()):
                sub.append(upper)
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
        if (
            sym.base == "D"
            and sub
            and not sup
            and (t := self.peek()) is not None
            and t.kind in ("letter", "word")
        ):
            body = self.factor()
            return self.spanned(Deriv("index", body, (Sym("", tuple(sub), style="D"),)), start)
        node = self.spanned(replace(sym, sub=tuple(sub), sup=tuple(sup), primes=primes), start)
        assert isinstance(node, Sym)
        if self.looks("("):
            return self.applied(node, start)
        if self.looks("[") and (sym.style == "word" or not sub):
            return self.applied(node, start)
        return node

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
        inner = _doubled(self.inside(t.text))
        bars = ["|"] * (sum(x.text == "|" for x in inner) % 2)  # two are those of |x|
        signs = [*bars, "=", "neq", *_ORDERED] + ["\\|"] * (
            sum(x.text == "\\|" for x in inner) == 1
        )  # D(p || q), no norm
        outside = split_top(inner, lambda x: x.text in signs and x.kind in ("sym", "cmd"))
        if sym.base in ("I", "chi") and not sym.sub and (found := self.truth(inner)) is not None:
            return self.spanned(Indicator(found), start)
        parts = [p for p in split_top(inner, lambda x: x.text in (",", ";") and x.kind == "sym") if p]
        whole = len(outside) > 1 or any([t.text for t in p] == ["cdot"] for p in parts)
        if whole or (sym.base in ("P", "Pr") and not sym.sub):
            return self.spanned(Apply(sym, (), opaque="".join(map(str, inner))), start)
        if [[x.text for x in p] for p in parts] == [["ldots"]]:  # C(...)
            return self.spanned(sym, start)
        if len(parts) > 2:  # E(w_1, \dots, w_K)
            parts = [p for p in parts if any(t.text != "ldots" for t in p)]
        args = tuple(self.sub(p) for p in parts)
        sub: tuple[Mark, ...] = ()
        letters = [p[0].text for p in parts if len(p) == 1 and p[0].kind == "letter"]
        if sym.base == "delta" and not sym.sub and len(parts) == len(letters) == 2:  # \\delta(i, j)
            return self.spanned(replace(sym, sub=tuple(Mark("letter", x) for x in letters)), start)
        if self.looks("_"):
            self.at += 1
            sub = marks_of(self.group())
        named = bool(sym.primes and args) and isinstance(args[0], (Sym, Apply))  # f'[g(x)]
        if t.text == "[" and len(args) == 1 and self.depth >= 0 and sym.style != "word" and not named:
            if sym.base == "E" and not sym.style:
                sym = replace(sym, style="bb")  # E[x] is an expectation
            return self.spanned(Mul((sym, args[0])), start)
        return self.spanned(Apply(sym, args, sub), start)

    def big(self, op: str, start: int) -> Node:
        letters: tuple[str, ...] = ()
        where: Condition | None = None
        lower, upper, window = "", "", False
        apart: tuple[Condition, ...] = ()
        while self.looks("_", "^"):
            is_sub = self.looks("_")
            self.at += 1
            tokens = self.group()
            between = split_top(tokens, lambda x: x.text in ("leq", "<")) if is_sub else []
            if len(between) == 3 and all(between):  # 1 <= j <= n
                letters = letters_of(between[1])
                lower, upper = ("".join(map(str, between[k])) for k in (0, 2))
                window = lower.startswith("-")  # -m <= j <= m, j \\neq 0: whatever it is
            elif is_sub:
                if _are_values(tokens):  # y_i \neq g(x_i)
                    raise Unread("a sum over a condition between values", tokens[0].at)
                tokens, where = self.such_that(tokens)
                letters, lower, apart = limits_of(tokens)
            else:
                upper = "".join(map(str, tokens))
        t = self.peek()
        label = letters[0] if len(letters) == 1 and letters[0].isupper() and not lower and not apart else ""
        ends = t is None or (t.kind == "sym" and (t.text in ENDS or t.text in "+-^/*.'"))
        if ends and (label or not letters):  # the sign as the name of a denominator
            named: Node = self.marks(Sym(f"Sum{label}", style="word" if label else ""), start)
            if upper.isdigit() and not lower:
                named = Pow(named, Number(Fraction(int(upper))))
            return self.spanned(named, start)
        while self.looks("{") and not self.tokens[self.at + 1 : self.at + 2]:
            self.at += 1
        sign = self.looks("-")
        self.at += sign
        braced = self.looks("{")
        bracket = self.bracket_end()
        body = self.term()
        braced = braced and isinstance(body, Add) and not sign
        if sign:
            body = Neg(body, at=body.at, end=body.end)
        below = {m.text for n in walk(body) if isinstance(n, Sym) for m in n.sub}
        below |= {x for n in walk(body) if isinstance(n, Apply) for x in n.opaque}
        if window and not below & set(letters):
            raise Unread(f"the limit {lower} is not understood", body.at)
        lower, upper = ("", "") if window else (lower, upper)
        if where is not None:
            body = Mul((Indicator(where), body), at=body.at, end=body.end)
        body, rest = outside(body, letters) if op == "prod" and not sign else (body, ())
        made = self.spanned(Big(op, letters, upper, lower, apart, body, open=braced, bracket=bracket), start)
        return self.spanned(Mul((made, *rest)), start) if rest else made

    def such_that(self, tokens: list[Token]) -> tuple[list[Token], Condition | None]:
        """``\\sum_{j : x_j > 0}``: the letters, and a condition between values."""
        parts = split_top(tokens, lambda x: x.text in (":", "|") and x.kind == "sym")
        found = self.comparison(parts[1]) if len(parts) == 2 and all(parts) else None
        return (tokens, None) if found is None else (parts[0], found)

    def integral(self, t: Token, start: int) -> Node:
        """``\\int f dx``, ``\\int_x{f dx}``: one number, of which nothing is known."""
        depth, own, end = 0, self.at, -1
        while self.looks("_", "^"):
            self.at += 1
            self.group()
        if self.looks("{"):
            inner = self.group()
            end = self.at if [x.text for x in inner[-2:-1]] == ["d"] and _is_name(inner[-1]) else -1
            self.at -= len(inner) + 2
        for n in range(self.at, len(self.tokens) - 1 if end < 0 else 0):
            x = self.tokens[n]
            depth += (x.text in "{([") - (x.text in "})]") if x.kind == "sym" else 0
            if x.text == "d" and not depth and n > self.at and _is_name(self.tokens[n + 1]):
                end = n + 2
                break
        if end < 0:
            raise Unread("an integral whose variable is not said", t.at)
        self.at = end
        return self.spanned(Apply(Sym("int"), (), opaque="".join(map(str, self.tokens[own:end]))), start)
