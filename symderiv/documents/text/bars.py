"""What stands between bars, or before one: values without a sign, norms, values at a place."""

from __future__ import annotations

from symderiv.documents.text.latex import Token, Unread
from symderiv.documents.text.marks import split_top
from symderiv.documents.text.quotients import Quotients
from symderiv.documents.text.syntax import At, Deriv, Fn, Matrix, Node, Number, Sym


class Bars(Quotients):
    """The part of the parser that reads ``|``."""

    def opens(self) -> bool:
        """Whether a bar opens one that is closed behind it: ``s |b|``."""
        rest = split_top(self.tokens[self.at :], lambda x: x.text == "|" and x.kind == "sym")
        return len(rest) > 2 and len(rest) % 2 == 1 and all(rest[1::2])

    def evaluated(self, node: Node) -> Node:
        """``node|_{x = a}``, ``node|_{(a, b)}``: a product at a place."""
        bar = self.tokens[self.at]
        self.at += 2
        place = self.group()
        sides = split_top(place, lambda x: x.text == "=" and x.kind == "sym")
        listed = self.sub(place) if place and place[0].text == "(" and len(sides) == 1 else None
        if isinstance(listed, Matrix) and isinstance(node, Deriv):
            return At(node, Sym(""), listed)
        name = self.sub(sides[0]) if len(sides) == 2 and all(sides) else None
        if not isinstance(name, Sym):
            raise Unread("a bar behind which no name stands with its value", bar.at)
        return At(node, name, self.sub(sides[1]))

    def at_place(self, node: Deriv) -> Node | None:
        """``\\frac{df}{dx}(x)``, ``\\frac{df}{dx}(3)``, ``\\frac{\\partial f}{\\partial x}(x, y)``: the
        derivative of a function by its name, at a place; None where it is a product."""
        if not isinstance(node.body, Sym) or not node.targets:
            return None
        saved = self.at
        parts = split_top(self.inside("("), lambda x: x.text == "," and x.kind == "sym")
        args = [self.sub(p) for p in parts if 0 < len(p) < 8 and p[-1].text not in ("+", "-")]
        if len(parts) == 1 and args and set(node.targets) == set(args):
            return node
        if len(args) == len(parts) and len(parts) > 1:
            return At(node, Sym(""), Matrix((tuple(args),), True))
        if len(parts) == 1 and args and isinstance(args[0], Number) and len(set(node.targets)) == 1:
            (by, *_) = node.targets
            return At(node, by, args[0]) if isinstance(by, Sym) else None
        self.at = saved
        return None

    def bars(self, t: Token) -> Node:
        self.at += 1
        start = self.at
        depth = 0
        if t.text == "|" and self.looks("|"):
            return self.double(t)
        for n in range(start, len(self.tokens)):
            x = self.tokens[n]
            depth += {"{": 1, "}": -1}.get(x.text, 0) if x.kind == "sym" else 0
            if x.kind == "sym" and x.text == t.text and not depth and n > start:
                inner = self.tokens[start:n]
                self.at = n + 1
                body = self.sub(inner)
                return Fn("abs", (body,)) if t.text == "|" else self.norm(body, t)
        raise Unread(f"'{t}' is not closed", t.at)

    def norm(self, body: Node, t: Token) -> Node:
        name = "norm"
        if self.looks("_"):
            self.at += 1
            which = [x.text for x in self.group()]
            if which not in (["2"], ["F"]):
                raise Unread("a norm that is not the Euclidean one", t.at)
            name = "normF" if which == ["F"] else "norm"
        return Fn(name, (body,))

    def double(self, t: Token) -> Node:
        """``||x||``."""
        start = self.at = self.at + 1
        for n in range(start, len(self.tokens) - 1):
            if self.tokens[n].text == self.tokens[n + 1].text == "|":
                self.at = n + 2
                return self.norm(self.sub(self.tokens[start:n]), t)
        raise Unread(f"'{t}' is not closed", t.at)
