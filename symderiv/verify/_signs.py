"""Which signs a node of a graph can have, by the signs of its arguments alone."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symderiv.verify._nodes import Node

NEGATIVE, ZERO, POSITIVE = 1, 2, 4
_ANY = NEGATIVE | ZERO | POSITIVE


class Signs:
    """Which signs a node can have, from those ``given`` (never too few).

    Used to know which branches no point can reach: ``abs(exp(x))`` has one branch.
    """

    def __init__(self, given: Callable[[Node], int]) -> None:
        self._given = given
        self._known: dict[int, int] = {}

    def of(self, node: Node) -> int:
        """The possible signs as bits of NEGATIVE, ZERO, POSITIVE."""
        found = self._known.get(node.id)
        if found is None:
            found = self._known[node.id] = self._of(node) & self._given(node)
        return found

    def _of(self, node: Node) -> int:
        if node.const is not None:
            return _of_number(node.const)
        match node.op:
            case "pi" | "exp" | "cosh" | "erfc" | "sigmoid":
                return POSITIVE
            case "tanh" | "sinh" | "erf" | "expm1" | "log1p" | "sign":
                return self.of(node.args[0])
            case "taken":
                return self.of(node.args[0])
            case "abs":
                inner = self.of(node.args[0])
                return inner & ZERO | (POSITIVE if inner & (POSITIVE | NEGATIVE) else 0)
            case "powq":
                return POSITIVE | self.of(node.args[0]) & ZERO
            case "powi":
                inner = self.of(node.args[0])
                odd = int(node.data) % 2
                return inner if odd else inner & ZERO | (POSITIVE if inner & (POSITIVE | NEGATIVE) else 0)
            case "mul":
                result = POSITIVE
                for a in node.args:
                    result = _product(result, self.of(a))
                return result
            case "add":
                factors, offset = node.data
                signs = [_of_number(offset)]
                signs += [
                    _product(self.of(a), _of_number(f)) for a, f in zip(node.args, factors, strict=True)
                ]
                union = 0
                for s in signs:
                    union |= s
                if union & POSITIVE and union & NEGATIVE:
                    return _ANY
                return union if all(s & ZERO for s in signs) else union & ~ZERO
            case "max" | "min" | "where":
                result = 0
                for a in node.args[node.op == "where" :]:
                    result |= self.of(a)
                return result
            case _:
                return _ANY


def _of_number(value: Fraction) -> int:
    return POSITIVE if value > 0 else NEGATIVE if value < 0 else ZERO


def _product(a: int, b: int) -> int:
    result = ZERO if (a | b) & ZERO else 0
    if (a & POSITIVE and b & POSITIVE) or (a & NEGATIVE and b & NEGATIVE):
        result |= POSITIVE
    if (a & POSITIVE and b & NEGATIVE) or (a & NEGATIVE and b & POSITIVE):
        result |= NEGATIVE
    return result
