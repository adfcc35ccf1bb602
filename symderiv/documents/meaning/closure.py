"""What the terms of a document are made of: names, letters, and what is defined of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.matrix.values import KRONECKER, TWO
from symderiv.documents.text.syntax import Apply, Big, Deriv, Mul, Node, Pow, Sym, walk
from symderiv.verify.verdict import Witness

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: Names of Kronecker's delta.
DELTAS = ("delta", KRONECKER)


def with_definitions(book: Book, nodes: Iterable[Node], at: int = -1) -> list[Node]:
    """Nodes and those of the definitions that they rest on, as far as a limit; ``at``: that hold there."""
    found = list(nodes)
    seen: set[tuple[str, int]] = set()
    n = 0
    while n < len(found) and len(found) < 4000:
        node = found[n]
        n += 1
        if isinstance(node, Sym):
            key, marks = book.usage.split(replace(node, primes=0))
            for arity in {len(marks), *book.arities(key)}:
                if (key, arity) in seen:
                    continue
                seen.add((key, arity))
                held = book.find(key, arity, at) if at >= 0 else None
                for d in [held] if held is not None else book.definitions.get((key, arity), [])[:6]:
                    found += walk(d.body)
    return found


class Closure:
    """What terms rest on, by way of the definitions of a book."""

    book: Book

    def letters_in(self, nodes: list[Node]) -> set[str]:
        return {m.text for n in nodes if isinstance(n, Sym) for m in self.book.usage.split(n)[1]}

    def targets_in(self, nodes: list[Node]) -> set[tuple[str, int]]:
        """The names that derivatives are by."""
        found = (t for n in nodes if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym))
        return {(key, len(marks)) for key, marks in map(self.book.usage.split, found)}

    def with_definitions(self, nodes: list[Node]) -> list[Node]:
        """The nodes and those of the definitions that they rest on."""
        return with_definitions(self.book, nodes)

    def rests_on_none(self, nodes: list[Node]) -> bool:
        """Whether no definition is reached from nodes, and no probability, which one may stand for."""
        opaque = any(isinstance(n, Apply) and n.opaque for n in nodes)
        return not opaque and set(self.with_definitions(nodes)) <= set(nodes)

    def roots(self, d: Definition) -> set[str]:
        """The inputs that a definition comes down to."""
        found = set()
        for n in self.with_definitions(list(walk(d.body))):
            if isinstance(n, Sym):
                key, _ = self.book.usage.split(n)
                if (
                    not self.book.arities(key)
                    and key not in self.book.usage.sizes
                    and key not in (*DELTAS, "Sum")
                ):
                    found.add(key)
        return found

    def is_known(self, key: str, arity: int) -> bool:
        """Whether a name with so many indices is defined, or without them stands for one that is."""
        known = self.book.arities(key)
        return arity in known or (not arity and bool(known))

    def is_defined(self, sym: Sym, at: int) -> bool:
        """Whether a name is defined at an offset, by what is no solution of a later equation."""
        key, marks = self.book.usage.split(sym)
        return self.is_known(key, len(marks)) and any(
            self.book.find(key, n, at) is not None for n in self.book.arities(key)
        )

    def other_places(self, places: Collection[str]) -> list[str]:
        """The places that a row does not name, of the vectors that the text writes out."""
        counts = set(self.book.entries.values())
        every = [f"pos{n}" for n in range(1, max(counts) + 1)] if len(counts) == 1 and max(counts) < 5 else []
        return [x for x in every if x not in places] if set(places) <= set(every) else []

    def has_so_many(self, witness: Witness, places: int = 0) -> bool:
        """Whether a witness has as many entries as the vectors that the text writes out; ``places``: how many
        a row names, from the first one on."""
        if places and places in witness.sizes.values():
            return True
        counts = set(self.book.entries.values())
        sizes = {n for letter, n in witness.sizes.items() if letter.startswith(("pos", "each"))}
        return len(counts) == 1 and sizes == counts

    def variables(self) -> set[str]:
        """What functions are of, and derivatives by: names that are no parameters."""
        found: set[str] = set()
        for e in elements_of(self.book.formulas):
            for n in walk(e.node) if e.node is not None else ():
                parts = n.args if isinstance(n, Apply) else n.targets if isinstance(n, Deriv) else ()
                found.update(
                    self.book.usage.split(x)[0] for p in parts for x in walk(p) if isinstance(x, Sym)
                )
        return found

    def as_number_too(self, row: list[Node]) -> set[str]:
        """Names with a power that no vector has, whose square is an inner product in what is defined."""
        nodes = [n for x in row for n in walk(x)]
        powers = {
            n.base.base
            for n in nodes
            if isinstance(n, Pow) and isinstance(n.base, Sym) and n.base.sub and n.exponent != TWO
        }
        sums = [n.body for n in (self.with_definitions(nodes) if powers else ()) if isinstance(n, Big)]
        squares = {
            f.base
            for body in sums
            if isinstance(body, Mul) and len(body.factors) == 2 and body.factors[0] == body.factors[1]
            for f in body.factors
            if isinstance(f, Sym)
        }
        return powers & squares
