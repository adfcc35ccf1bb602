"""Inverses of matrices: ``A^{-1}`` is a matrix of its own, of which only ``A^{-1} A = I`` is known.

Input: trees with such powers.  Output: names for them (:class:`Inverses`), products without a matrix beside
its inverse, and what may be assumed where both stand in one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symderiv.documents.matrix.values import Value
from symderiv.documents.text.syntax import Add, Mark, Mul, Neg, Node, Number, Pow, Sym, Transpose, walk
from symderiv.documents.usage.ranked import factors_of

ROW, COLUMN, INNER = (Mark("letter", x) for x in ("inv0", "inv1", "inv2"))


def is_inverse(node: Node) -> bool:
    """Whether a node is a power -1."""
    if not isinstance(node, Pow):
        return False
    e = node.exponent
    return (isinstance(e, Neg) and e.body == Number(Fraction(1))) or e == Number(Fraction(-1))


@dataclass(slots=True)
class Inverses:
    """The inverses of a document: ``names`` by what they are of, ``of`` the value of each."""

    names: dict[tuple[str, Node], str] = field(default_factory=dict)
    of: dict[str, tuple[Node, Value]] = field(default_factory=dict)

    def value(self, base: Node, v: Value) -> Value:
        """The inverse of a matrix."""
        name = self.named("inverse", base, v)
        return Value("m", lambda m: Sym(name, m, style="word"))

    def determinant(self, base: Node, v: Value) -> Value:
        """The determinant of a matrix, of which nothing is known."""
        name = self.named("determinant", base, v)
        return Value("s", lambda _: Sym(name, style="word"))

    def named(self, kind: str, base: Node, v: Value) -> str:
        """A name for what is made of a matrix."""
        name = self.names.get((kind, base))
        if name is None:
            label = f"{kind}_{base.base}" if isinstance(base, Sym) and not (base.sub or base.sup) else ""
            name = label if label and label not in self.of else f"{kind}_of_{_spelled(len(self.names))}"
            self.names[kind, base] = name
        self.of.setdefault(name, (base, v))
        return name


def _spelled(n: int) -> str:
    return chr(ord("a") + n % 26) * (1 + n // 26)


def cancelled(factors: Sequence[Node]) -> Sequence[Node]:
    """Factors without a matrix beside its inverse."""
    flat = [x for f in factors for x in factors_of(f)]
    n = 0
    changed = False
    while n < len(flat):
        f = flat[n]
        if isinstance(f, Pow) and is_inverse(f):
            own = factors_of(f.base)
            if flat[n + 1 : n + 1 + len(own)] == own:
                flat[n : n + 1 + len(own)] = []
            elif n >= len(own) and flat[n - len(own) : n] == own:
                flat[n - len(own) : n + 1] = []
            else:
                n += 1
                continue
            n, changed = 0, True
        else:
            n += 1
    return (flat or [Sym("I")]) if changed else factors


def distributed(factors: Sequence[Node]) -> Add | None:
    """A product with a sum in it, term by term, where a matrix meets its inverse so."""
    flat = [x for f in factors for x in factors_of(f)]
    for n, f in enumerate(flat):
        if isinstance(f, Add) and any(is_inverse(x) for x in walk(f)):
            products = [(*flat[:n], t, *flat[n + 1 :]) for t in (_unsigned(t) for t in f.terms)]
            shorter = [cancelled(p) for p in products]
            if any(a is not b for a, b in zip(products, shorter, strict=True)):
                terms = [Mul(tuple(p)) for p in shorter]
                signed = zip(f.terms, terms, strict=True)
                return Add(tuple(Neg(m) if isinstance(t, Neg) else m for t, m in signed))
    return None


def _unsigned(node: Node) -> Node:
    return node.body if isinstance(node, Neg) else node


def is_symmetric(node: Node) -> bool:
    """Whether a matrix is its own transpose by how it is written: ``X^T X + \\lambda I``; one name in the
    middle, as in ``X^T W X``, is taken as a symmetric one."""
    if isinstance(node, Add):
        return all(is_symmetric(t) for t in node.terms)
    factors = factors_of(node)
    for start in (0, 1):  # a number may stand first
        rest = factors[start:]
        while len(rest) > 1 and _turned(rest[0]) == rest[-1]:
            rest = rest[1:-1]
        if len(rest) < 2 and all(isinstance(x, (Sym, Pow)) for x in rest) and len(factors) > start:
            return True
    return False


def _turned(node: Node) -> Node:
    return node.body if isinstance(node, Transpose) else Transpose(node)
