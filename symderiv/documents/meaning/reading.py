"""How an ambiguous formula is taken, and what has no meaning in a reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symderiv.documents.text.syntax import Apply, Condition, Mark, Mul, Node, Number, Sym, map_nodes

#: How often a function may stand within itself, as that of one layer does in that of the next.
WITHIN = 4


class Unclear(ValueError):
    """A part without a meaning here: ``message`` says which."""

    word = "undecided"

    def __init__(self, message: str, at: int = -1) -> None:
        super().__init__(message)
        self.message, self.at = message, at


class Circular(Unclear):
    """A name that is defined by itself, by way of ``names``: of the layer before, as a rule."""

    def __init__(self, message: str, at: int, names: tuple[str, ...]) -> None:
        super().__init__(message, at)
        self.names = names


class Meaningless(Unclear):
    """A reading that cannot be meant."""

    word = "meaningless"


class NotRead(Unclear):
    """A form that is not understood."""

    word = "unread"


@dataclass(frozen=True, slots=True)
class Reading:
    """How what is ambiguous is taken.

    ``formal``: derivatives hold every other name fixed; ``same``: a letter written for another (i = j);
    ``prime``: a prime with another argument is the derivative by that argument, one without by what the text
    derives by (and not by the only name that is in it); ``hot``: a one-hot name,
    with the index where it is 1; ``generic``: an undefined sigma is any function; ``loose``:
    a name that is an input though it is defined; ``stacked``: X, which nothing defines, is made of the x_i,
    as its rows or its columns; ``labels``: letters that stand for one thing of their own, none of the others;
    ``along``: a loss that is not stated depends on a name by way of these only; ``implied``: a letter that
    stands twice in a term is summed over; ``net``: the delta of a function's value is by what the function
    is taken of; ``steps``: a sum over steps is what one step gives; ``wide``: an open operator acts on all
    factors behind it; ``tied``: a size that belongs to no index is how many ones a vector of them has;
    ``ties``: a derivative where a maximum has two places is that of the other one; ``single``: a sum over one
    of these letters is one term of it; ``active``: a maximum of 0 and a value is the value; ``total``: a name
    without indices that its definition has is the sum over these; ``narrow``: a sum ends with the bracket
    behind its sign; ``routes``: where the derivatives stand (see :mod:`.routes`) that hold all names fixed,
    as others in the row do not; ``put``: names, with their indices, and what stands for them.
    """

    formal: bool = False
    same: tuple[tuple[str, str], ...] = ()
    prime: bool = True
    keep: frozenset[str] = frozenset()
    hot: tuple[str, str] = ("", "")
    generic: bool = False
    loose: str = ""
    stacked: str = ""
    labels: frozenset[str] = frozenset()
    along: frozenset[tuple[str, int]] = frozenset()
    implied: bool = False
    net: bool = False
    steps: bool = False
    wide: bool = False
    tied: bool = False
    ties: bool = False
    single: frozenset[str] = frozenset()
    active: bool = False
    total: bool = False
    narrow: bool = False
    routes: frozenset[int] = frozenset()
    put: tuple[tuple[str, tuple[Mark, ...], Node], ...] = ()


@dataclass(slots=True)
class Env:
    """What letters and names stand for where a node is written."""

    letters: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Node] = field(default_factory=dict)
    depth: int = 0

    def bind(self, new: Mapping[str, str]) -> Env:
        return Env({**self.letters, **new}, self.names, self.depth)


class Counter:
    """Fresh numbers for bound letters, shared by the writers of one claim."""

    def __init__(self) -> None:
        self.value = 0
        self.counts: dict[str, str] = {}  # by how many terms they have, the letters of sums of one term

    def fresh(self, letter: str) -> str:
        """A letter that stands nowhere else."""
        self.value += 1
        return f"{letter}{self.value}"


def padded(body: str, letters: list[str] | tuple[str, ...]) -> str:
    """``body`` with every letter in it (a term that is 0 and holds it)."""
    present = set(re.findall(r"[A-Za-z]\w*", body))
    extra = [x for x in letters if x not in present]
    return body + "".join(f" + 0*delta[{x},{x}]" for x in extra)


def _value(side: Node | Mark, names: Mapping[str, Node]) -> Node:
    """A side of a condition between values: ``x < 0`` where x is replaced."""
    if isinstance(side, Mark):
        if side.kind == "number":
            return Number(Fraction(side.text))
        return names.get(side.text) or Sym(side.text)
    return substituted(side, names)


def substituted(node: Node, names: Mapping[str, Node]) -> Node:
    """``node`` with plain names replaced."""
    if isinstance(node, Sym) and node.base in names and not node.sub and not node.sup:
        return names[node.base]
    if isinstance(node, Condition) and any(
        isinstance(m, Mark) and m.text in names for m in (node.left, node.right)
    ):
        return replace(node, left=_value(node.left, names), right=_value(node.right, names))
    if isinstance(node, Apply) and not isinstance(names.get(node.head.base, node.head), Sym):
        args = tuple(substituted(a, names) for a in node.args)  # a number before a bracket, or another name
        plain = len(args) == 1 and not (node.head.sub or node.head.sup or node.head.primes or node.sub)
        return Mul((names[node.head.base], args[0])) if plain else replace(node, args=args)
    return map_nodes(node, lambda n: substituted(n, names))
