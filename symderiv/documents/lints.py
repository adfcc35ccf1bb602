"""What is doubtful though no row is false: indices that a sum binds to nothing, definitions that differ."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.documents.book import Book
from symderiv.documents.judge import Judged
from symderiv.documents.syntax import Big, Mark, Node, Sym, walk


def lints_of(book: Book, rows: list[Judged]) -> Iterator[tuple[int, str]]:
    """Offsets and messages."""
    wrong = {book.source.line_of(r.at) for r in rows if r.word == "wrong"}
    seen: set[int] = set()
    for formula in book.formulas:
        for row in formula.rows:
            for s in row.statements:
                for e in s.elements:
                    for at, message in _bound(book, e.node) if e.node is not None else ():
                        line = book.source.line_of(at)
                        if line not in wrong and line not in seen:
                            seen.add(line)
                            yield at, message


def _bound(book: Book, node: Node) -> Iterator[tuple[int, str]]:
    """Sums whose letter does not stand in their body, though another one does that nothing binds."""
    for n in walk(node):
        if isinstance(n, Big) and len(n.letters) == 1 and n.lower and n.lower in book.usage.letters:
            letter = n.letters[0]
            inside = _letters(book, n.body)
            if letter not in inside and n.lower in inside:
                yield n.at, f"the {_word(n.op)} runs over {letter}, which its terms do not have; they have {n.lower}"


def _letters(book: Book, node: Node) -> set[str]:
    found: set[str] = set()
    for n in walk(node):
        if isinstance(n, Sym):
            found.update(m.text for m in book.usage.split(n)[1] if isinstance(m, Mark))
        opaque = getattr(n, "opaque", "")
        found.update(c for c in opaque if c in book.usage.letters)
    return found


def _word(op: str) -> str:
    return {"sum": "sum", "prod": "product"}.get(op, op)
