"""The part of the parser that reads fractions: quotients, and derivatives in all their forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.text.cursor import ACCENTS, ENDS
from symderiv.documents.text.latex import Token, Unread
from symderiv.documents.text.marks import GREEK
from symderiv.documents.text.names import FUNCTIONS, Names
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Deriv,
    Div,
    Fn,
    Mark,
    Marked,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
)

#: Letters that say the place of what a derivative is by, where they stand below its sign.
_INDICES = frozenset("ijklmn")
#: Signs behind a gradient that is named only by what it is by: ``\\nabla_Y \\odot w``.
_BETWEEN = frozenset("+ - odot cdot times *".split())
#: What is said of a quotient of differentials that cannot be one.
ONE_ABOVE = "a 1 stands where the sign of a differential is to stand"
ORDERS = "the orders of a derivative differ above and below"


class Quotients(Names):
    """Fractions and derivatives."""

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
        self.split_number()
        top = self.group()
        self.split_number()
        bottom = self.group()
        made = self.derivative(top, bottom)
        if made is None:
            made = quotient(self.sub(top), self.sub(bottom))
        return self.spanned(made, start)

    def derivative(self, top: list[Token], bottom: list[Token]) -> Node | None:
        """A fraction of differentials."""
        signs = ("partial",) if _begins(bottom, "partial") else ("d",)
        if _is_delta(top, True) and _is_delta(bottom):  # \\frac{\\delta J}{\\delta w}
            top, bottom = ([replace(side[0], text="partial"), *side[1:]] for side in (top, bottom))
            signs = ("partial",)
        if _begins(bottom, "partial") and len(top) > 1 and _begins(top, "d") and top[1].kind == "letter":
            top = [replace(top[0], kind="cmd", text="partial"), *top[1:]]  # \\frac{dL}{\\partial w}
        if len(top) > 2 and top[0].text == "-" and _begins(top[1:], *signs) and _begins(bottom, *signs):
            made = self.derivative(top[1:], bottom)  # \\frac{- \\partial L}{\\partial w}
            return None if made is None else Neg(made, at=made.at, end=made.end)
        if (lacking := self.lacking(top, bottom)) is not None:
            return lacking
        if not (_begins(bottom, *signs) and _begins(top, *signs)):
            return None
        if signs == ("d",) and (
            len(bottom) < 2
            or bottom[1].text in ("_", "^", "'", "}")
            or (len(top) > 1 and top[1].text in ("_", "'"))
        ):
            return None
        order, body = _after_sign(top)
        if not order:  # d^n f / dx^n
            raise Unread("a derivative of an order that is no small number", top[0].at)
        body = [] if [t.text for t in body] == ["{", "}"] else body  # \\frac{\\partial{}}{\\partial x}
        times, below = _after_sign(bottom)
        if times > 1 and times == order:  # \frac{\partial^2 f}{\partial^2 x}
            bottom = [bottom[0], *below]
            targets = self.targets(bottom, signs, squares=True) * times
        else:
            targets = self.targets(bottom, signs, squares=True)
        if order != len(targets):  # ds^2 is twice by s, where d^2 stands above
            targets = self.targets(bottom, signs, squares=False)
        if order != len(targets):  # \partial x_k x_j
            targets = [n for t in targets for n in (t.factors if isinstance(t, Mul) else (t,))]
        if order == 1 and (named := self.numbered(below)) is not None:  # \\partial w^2_i, of the second layer
            targets = [named]
        if order != len(targets):
            raise Unread(ORDERS, top[0].at)
        kind = "partial" if signs[0] == "partial" else "total"
        bare = body[0].text if len(body) == 1 and body[0].kind == "cmd" else ""
        if bare in FUNCTIONS and bare not in ("cos", "sin"):  # \partial \tanh
            return Deriv(kind, Fn(body[0].text, (targets[0],)), tuple(targets))
        return Deriv(kind, self.sub(body) if body else None, tuple(targets))

    def lacking(self, top: list[Token], bottom: list[Token]) -> Node | None:
        """``\\frac{y}{\\partial x}``, ``\\frac{\\partial y}{x}``: a derivative that lacks a sign."""
        above, below = _begins(top, "partial"), _begins(bottom, "partial")
        inner = [t for t in (*top, *bottom) if t.text in ("partial", "nabla", "Delta", "delta")]
        if (
            below
            and len(inner) == 1
            and [t.text for t in top] == ["1"]
            and isinstance(self.sub(bottom[1:]), Sym)
        ):
            raise Unread(ONE_ABOVE, top[0].at)
        if above == below or len(inner) > 1 or not top or top[0].kind == "num":
            return None
        other = bottom if above else top  # \\frac{\\partial y}{dx}, both signs
        mixed = len(other) > 1 and other[0].text == "d" and other[1].text not in ("_", "^", "'")
        up, down = above or mixed, below or mixed
        body, by = self.sub(top[up:]) if top[up:] else None, self.sub(bottom[down:])
        operator = above and len(top) == 1  # \\frac{\\partial}{x} [ ... ]
        if (body is None and not operator) or isinstance(body, Number) or not isinstance(by, Sym):
            return None
        return Deriv("partial", body, (by,), lacks="" if mixed else "below" if above else "above")

    def targets(self, rest: list[Token], signs: tuple[str, ...], squares: bool) -> list[Node]:
        """What is differentiated by; ``squares``: whether the square of a name may be one."""
        targets: list[Node] = []
        while rest:
            if not _begins(rest, *signs):
                raise Unread("a denominator of differentials that is not understood", rest[0].at)
            end = next(
                (n for n in range(1, len(rest)) if _begins(rest[n:], *signs) and _flat(rest[:n])), len(rest)
            )
            targets += self.target(rest[1:end], squares)
            rest = rest[end:]
        return targets

    def numbered(self, tokens: list[Token]) -> Node | None:
        """A name with a number above it that stands before its index: ``w^2_i``, ``w^1_i``."""
        texts = [t.text for t in tokens]
        if "^" not in texts or "_" not in texts[texts.index("^") :] or "_" in texts[: texts.index("^")]:
            return None
        match self.sub(tokens):
            case Pow(base=Sym() as name, exponent=Number() as number) as power if name.sub:
                if _is_square_name(power):
                    return None
                return replace(name, sup=(Mark("number", str(number.value)),))
        return None

    def target(self, tokens: list[Token], squares: bool) -> list[Node]:
        node = self.sub(tokens)
        if not isinstance(node, Pow) or (squares and _is_square_name(node)):
            return [node]
        if isinstance(node.exponent, Number):
            times = int(node.exponent.value)
            if times == 1 and isinstance(node.base, Sym):  # nobody writes a first power
                return [replace(node.base, sup=(Mark("number", "1"),), at=node.at, end=node.end)]
            if times not in (2, 3):
                raise Unread("a derivative of that order", node.at)
            return [node.base] * times
        return [node]

    def partial(self, start: int) -> Node:
        r"""``\partial f``, half of a quotient of differentials that is written with a slash."""
        ahead = [t.text for t in self.tokens[self.at : self.at + 3]]
        squared = ahead[:1] == ["^"] and ahead[1:] == ["2", "_"]  # \partial^2_x
        if squared or self.looks("_"):
            self.at += 3 if squared else 1
            target = self.sub(self.group())
            if not isinstance(target, Sym):
                raise Unread("a derivative by more than a name", self.place())
            if not target.sub and target.base in _INDICES:  # by an entry of what the body is a function of
                by = Sym("", (Mark("letter", target.base),))
                return self.spanned(Deriv("index", None, (by,) * (2 if squared else 1)), start)
            if not squared and self.looks("^"):
                self.at += 1
                squared = [t.text for t in self.group()] == ["2"]
                if not squared:
                    raise Unread("a derivative of that order", self.place())
            return self.spanned(Deriv("partial", None, (target,) * (2 if squared else 1)), start)
        if self.looks("^"):
            raise Unread("a differential with a power", self.place())
        if (operator := self.operator("partial")) is not None:
            return self.spanned(operator, start)
        body = self.factor()
        return self.spanned(Deriv("half", body, ()), start)

    def operator(self, sign: str) -> Deriv | None:
        """``\\partial/\\partial x [..]``, behind its first sign."""
        begin = self.at + 2
        texts = [t.text for t in self.tokens]
        if texts[self.at : begin] != ["/", sign] or len(texts) <= begin:
            return None
        end = begin + 1 + (texts[begin] in ACCENTS)
        if texts[end - 1] == "{" or texts[end - 1] in ("(", "["):
            return None
        if texts[end : end + 1] == ["_"]:
            end += texts.index("}", end) - end + 1 if texts[end + 1] == "{" and "}" in texts[end:] else 2
        target = self.sub(self.tokens[begin:end])
        if not isinstance(target, Sym) or end >= len(texts):
            return None
        self.at = end
        return Deriv("partial" if sign == "partial" else "total", None, (target,))

    def nabla(self, start: int) -> Node:
        marks: Node | None = None
        if self.looks("_"):
            self.at += 1
            marks = self.sub(self.group())
        twice = False
        if self.looks("^"):
            self.at += 1
            if [t.text for t in self.group()] != ["2"]:
                raise Unread("a power of nabla", self.place())
            twice = True
            if self.looks("_"):
                self.at += 1
                marks = self.sub(self.group())
        if marks is not None and not twice and self.is_alone():
            return self.spanned(Deriv("gradient", None, (marks,)), start)
        body = self.factor()
        if isinstance(body, Number) or (isinstance(body, Div) and isinstance(body.top, Number)):
            body = Mul((body, self.factor()))
        last = body.factors[-1] if isinstance(body, Mul) else body
        row = _is_row(body)
        matrix = isinstance(last, Sym) and last.style == "bold" and last.base.isupper()
        if marks and (row or matrix):
            body = self.rest(Deriv("gradient", body, ()), True)  # of a row or a matrix alone there is none
        if isinstance(marks, Sym) and marks.base in _INDICES and not marks.sub and isinstance(body, Apply):
            entry = (Mark("letter", marks.base),)  # \nabla_i f(x)
            return self.spanned(Marked(self.spanned(Deriv("gradient", body, ()), start), entry), start)
        targets = (marks,) if marks else ()
        kind = "hessian" if twice and not targets else "gradient"
        if not targets and isinstance(body, Transpose):  # \nabla f(x)^T is the gradient as a row
            return self.spanned(Transpose(self.spanned(Deriv(kind, body.body, ()), start)), start)
        return self.spanned(Deriv(kind, body, targets * 2 if twice else targets), start)

    def is_alone(self) -> bool:
        """Whether nothing that a nabla could act on stands behind it."""
        t = self.peek()
        return t is None or (t.kind in ("sym", "cmd") and t.text in ENDS | _BETWEEN)


def _is_row(node: Node) -> bool:
    """Whether a side ends in something transposed: x^T A^T - y^T."""
    match node:
        case Mul(factors):
            return _is_row(factors[-1])
        case Add(terms):
            return all(_is_row(t) for t in terms)
        case Neg(body):
            return _is_row(body)
        case _:
            return isinstance(node, Transpose) and not isinstance(node.body, Apply)


def _is_delta(tokens: Sequence[Token], above: bool = False) -> bool:
    """Whether a delta stands where a sign of differentials does: right before a name; ``above``: or alone, or
    before a bracket."""
    if not tokens or tokens[0].kind != "cmd" or tokens[0].text != "delta":
        return False
    if above and (len(tokens) < 2 or tokens[1].text in ("(", "[")):
        return True
    if len(tokens) < 2:
        return False
    return tokens[1].kind in ("letter", "word") or tokens[1].text in (*GREEK, *ACCENTS, "{")


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
    return (
        isinstance(node.base, Sym)
        and node.base.base in ("sigma", "s")
        and node.exponent == Number(Fraction(2))
    )


def is_fraction_of_partials(tokens: Sequence[Token]) -> bool:
    texts = [t.text for t in tokens[:4]]
    return texts[:1] == ["frac"] and ("partial" in texts[:3] or "d" in texts[1:3])


def quotient(top: Node, bottom: Node) -> Node:
    if isinstance(top, Mul) and (made := _slope(top.factors[-1], bottom)) is not None:
        return Mul((*top.factors[:-1], made), dot=top.dot)  # dL/da . da/dz
    return _slope(top, bottom) or Div(top, bottom)


def _slope(top: Node, bottom: Node) -> Node | None:
    """``\\partial L/\\partial x``, ``dL/dx``, ``df(x)/dx``."""
    if isinstance(top, Deriv) and isinstance(bottom, Deriv) and top.kind == bottom.kind == "half":
        assert bottom.body is not None
        return Deriv("partial", top.body, (bottom.body,))
    by = _differentiated(bottom)
    of = _differentiated(top.head if isinstance(top, Apply) else top) if by is not None else None
    if by is None or of is None:
        return None
    return Deriv("total", replace(top, head=of) if isinstance(top, Apply) else of, (by,))


def _differentiated(node: Node) -> Sym | None:
    """The x of ``dx``."""
    if not isinstance(node, Sym) or node.base[:1] != "d" or node.style == "word":
        return None
    name = node.base[1:]
    known = len(name) == 1 or name in GREEK or name[1:2] == "_"
    return replace(node, base=name) if known else None


def ends_open(node: Node) -> bool:
    """Whether a term ends in an operator that has nothing to act on yet."""
    last = node.factors[-1] if isinstance(node, Mul) else node
    return isinstance(last, Deriv) and last.body is None and last.kind != "gradient"


def operated(left: Node, right: Node) -> Node:
    """A product, or an operator and what it acts on."""
    if isinstance(left, Deriv) and left.body is None and left.kind != "gradient":
        return replace(left, body=right)
    if isinstance(left, Mul) and isinstance(left.factors[-1], Deriv) and left.factors[-1].body is None:
        return Mul((*left.factors[:-1], replace(left.factors[-1], body=right)))
    return Mul((left, right))
