"""What is doubtful though no row is false: indices that a sum binds to nothing, definitions that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symderiv.documents.content.book import Book
from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.judging.judge import Judged
from symderiv.documents.judging.unbound import (
    free_in,
    labels_in,
    letters_at,
    sums_in,
    syms_of,
    unbound,
    word_of,
)
from symderiv.documents.text.syntax import Add, Apply, Big, Cases, Deriv, Fn, Matrix, Node, Sym, walk


def lints_of(book: Book, rows: list[Judged]) -> Iterator[tuple[int, str]]:
    """Offsets and messages."""
    wrong = {book.source.line_of(r.at) for r in rows if r.word == "wrong"}
    seen: set[int] = set()
    for at, message in [
        *((at, message) for _, at, message in unbound(book)),
        *_idle(book, rows),
        *_arguments(book),
        *_diagonals(book),
    ]:
        line = book.source.line_of(at)
        if line not in wrong and line not in seen:
            seen.add(line)
            yield at, message
    for formula in book.formulas:
        for row in formula.rows:
            for s in row.statements:
                for e in s.elements:
                    found = (
                        [*_bound(book, e.node), *_misfit(book, e.node), *_cases(e.node)]
                        if e.node is not None
                        else []
                    )
                    for at, message in found:
                        line = book.source.line_of(at)
                        if line not in wrong and line not in seen:
                            seen.add(line)
                            yield at, message


def notes_of(book: Book, rows: list[Judged]) -> Iterator[tuple[int, str]]:
    """What is no fault, but should be looked at: definitions that nothing uses, a name with two arities."""
    last = max((r.at for r in rows if r.display and r.word in _CLAIMS), default=-1)
    tokens = [t for f in book.formulas for r in f.rows for t in r.tokens]
    texts = [(t.at, t.text) for t in tokens if t.kind in ("letter", "word", "cmd")]
    for (key, arity), versions in book.definitions.items():
        first = versions[0]
        shown = f"{first.key}({', '.join('.' * len(first.params))})" if first.params else first.key
        for d in versions[1:]:
            if d.overload:
                yield d.at, f"{d.key} is defined with {len(first.params)} and with {len(d.params)} arguments"
        more = [n for n in book.arities(key) if n > arity]
        bare = [n for n in walk(first.body) if isinstance(n, Sym) and not n.sub]
        short = any((n.base, "sub") in book.usage.indexed for n in bare)
        if more and not arity and not short and first.link != (-1, -1) and not first.params:
            yield first.at, f"{key} is defined with {arity} and with {more[0]} indices"
        if first.at < last and first.link != (-1, -1) and _is_unused(book, first, texts):
            yield first.at, f"{shown} is defined, and nothing uses it"


#: The words of a row that claims something.
_CLAIMS = ("proved", "wrong", "undecided", "unread")


def _is_unused(book: Book, d: Definition, texts: list[tuple[int, str]]) -> bool:
    """Whether a name stands nowhere but in its own chain; a derivative, and what is given by an opaque sign,
    is a result."""
    head = d.name.head if isinstance(d.name, Apply) else d.name
    if not isinstance(head, Sym) or any(isinstance(n, Deriv) for n in walk(d.body)):
        return False
    if head.base.startswith("Sum"):
        return False  # by the sign of a sum
    base = head.base.partition("_")[0]
    base = base.removesuffix("prime") or base
    if base[:1] in ("d", "g") and any(text == base[1:] for _, text in texts):
        return False  # the gradient dW of a W: what the derivation is for
    for f in book.formulas:
        for row in f.rows:
            for s in row.statements:
                if any(id(e) in d.link for e in s.elements):
                    nodes = [n for e in s.elements if e.node is not None for n in walk(e.node)]
                    if len(s.elements) > 2 or any(isinstance(n, Deriv) for n in nodes):
                        return False
                    own = {t.at for e in s.elements for t in e.tokens}
                    return not any(text == base and at not in own for at, text in texts)
    return False


def _bound(book: Book, node: Node) -> Iterator[tuple[int, str]]:
    """Sums whose letter does not stand in their body, though another one does that nothing binds."""
    for n in walk(node):
        if isinstance(n, Big) and len(n.letters) == 1 and n.lower and n.lower in book.usage.letters:
            letter = n.letters[0]
            inside = letters_at(book, n.body)
            if letter not in inside and n.lower in inside:
                lacking = f"the {word_of(n.op)} runs over {letter}, which its terms do not have"
                yield n.at, f"{lacking}; they have {n.lower}"


def _idle(book: Book, rows: list[Judged]) -> Iterator[tuple[int, str]]:
    """Sums over a letter that their terms do not have, while these have one that stands in its place
    elsewhere, or on no other side of the row; a row that is proved may mean it."""
    again: dict[str, int] = {}
    for big in (n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)):
        if isinstance(big, Big) and len(big.letters) == 1 and _strangers(book, big):
            again[big.letters[0]] = again.get(big.letters[0], 0) + 1
    # by their places: what holds in a part that was read alone has elements of its own
    proved = {e.at for r in rows if r.word == "proved" and r.elements is not None for e in r.elements}
    seen = [(s.base, [m.text for m in s.sub], [m.text for m in s.sup]) for s in syms_of(book)]
    labels = labels_in(book)
    for f in book.formulas:
        for s in (s for row in f.rows for s in row.statements):
            for e in s.elements:
                others = [x.node for x in s.elements if x is not e and x.node is not None]
                outer = {x for o in others for x in free_in(book, o)}
                for n, _ in sums_in(e.node, set()) if e.node is not None and e.at not in proved else ():
                    written = n.at >= 0 and len(n.letters) == 1
                    if written and n.letters[0] in book.usage.letters:
                        names = _strangers(book, n) if again.get(n.letters[0], 0) < _OFTEN else []
                        if any(free_in(book, x) - labels for x in names) and (
                            (others and not free_in(book, n.body) & outer)
                            or all((x.base, list(n.letters), []) in seen for x in names)
                        ):
                            yield (
                                n.at,
                                f"the {word_of(n.op)} runs over {n.letters[0]}, which its terms do not have",
                            )


def _strangers(book: Book, n: Big) -> list[Sym]:
    """The names with another letter in a sum that has its own nowhere; none where a name may hide it."""
    syms = [s for s in walk(n.body) if isinstance(s, Sym)]
    bare = any((s.base, x) in book.usage.indexed for s in syms if not (s.sub or s.sup) for x in _PLACES)
    free = free_in(book, n.body)
    above = any(s.base == n.letters[0] for s in syms)  # y^i, read as a power
    if bare or above or n.letters[0] in letters_at(book, n.body):
        return []
    names = [s for s in syms if free & {m.text for m in (*s.sub, *s.sup)}]
    return names if all(len(s.sub) == 1 and not s.sup for s in names) else []


_PLACES = ("sub", "sup")
#: So many sums over a letter that their terms lack are no slip.
_OFTEN = 3


def _diagonals(book: Book) -> Iterator[tuple[int, str]]:
    """Diagonal matrices whose entries have two indices."""
    for e in elements_of(book.formulas):
        tree = e.written or e.node
        for n in walk(tree) if tree is not None else ():
            if not isinstance(n, Fn) or n.name != "diag" or isinstance(n.args[0], Matrix):
                continue  # of a list, the last entry has another index
            if len(letters := free_in(book, n.args[0])) > 1:
                yield n.at, f"the entries of diag have the indices {', '.join(sorted(letters))}"


def _arguments(book: Book) -> Iterator[tuple[int, str]]:
    """What a probability is given at one place, and a power of it at others: sigma for sigma^2."""
    known: dict[tuple[str, int, int], list[tuple[str, int]]] = {}
    for e in elements_of(book.formulas):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Apply) and n.opaque:
                parts = _CUT.split(n.opaque)
                for place, text in enumerate(parts):
                    known.setdefault((n.head.base, len(parts), place), []).append((text, n.at))
    for (head, _, _), given in known.items():
        often = {text: sum(t == text for t, _ in given) for text, _ in given}
        for text, at in given:
            other = max(often, key=lambda t: often[t])
            plain = {_POWER.sub("", t) for t in (text, other)}
            if often[text] < often[other] and len(plain) == 1:
                yield at, f"{head} is given {text} here, and {other} elsewhere"


_CUT = re.compile(r"[,|;]")
_POWER = re.compile(r"\^\{?\d\}?$")


def _misfit(book: Book, node: Node) -> Iterator[tuple[int, str]]:
    """Functions of a whole vector that stand at one entry of it."""
    for n in walk(node):
        if not isinstance(n, Apply) or n.head.primes or len(n.args) != 1 or not isinstance(n.args[0], Sym):
            continue
        key, marks = book.usage.split(n.head)
        found = book.find(key, len(marks), n.at)
        if found is None or len(found.params) != 1 or not isinstance(found.params[0], Sym):
            continue
        (own, indices), (other, given) = book.usage.split(found.params[0]), book.usage.split(n.args[0])
        if (other, len(given) + 1) in book.usage.carried:
            continue  # one of several vectors
        terms = found.body.terms if isinstance(found.body, Add) else (found.body,)
        if any(isinstance(t, Big) for t in terms) or _by_number(book, found.body, own):
            continue  # R(w), a sum over all, and R(w_i), the term of one; b + \sum_j w_j x_j, of an example
        if own == other and not indices and given and _is_vector(book, found.body, own, n.args[0]):
            yield n.at, f"{key} is a function of all of {own} and stands here at one entry of it"


def _by_number(book: Book, body: Node, key: str) -> bool:
    """Whether a body has entries of a name by their numbers: ``a_0 + a_1 x_1 + a_2 x_2``."""
    syms = (book.usage.split(n) for n in walk(body) if isinstance(n, Sym))
    return any(x == key and [m.kind for m in marks] == ["number"] for x, marks in syms)


def _cases(node: Node) -> Iterator[tuple[int, str]]:
    """Two cases with one condition."""
    for n in walk(node):
        if isinstance(n, Cases):
            conditions = [c for _, c in n.rows if c is not None]
            if len(set(conditions)) < len(conditions):
                yield n.at, "two cases have the same condition"


def _is_vector(book: Book, body: Node, key: str, entry: Sym) -> bool:
    """Whether a body has entries of a name, with indices at the side where ``entry`` has them (one above
    may count the examples)."""
    return any(
        isinstance(n, Sym)
        and book.usage.split(n)[0] == key
        and book.usage.split(n)[1]
        and bool(n.sup) == bool(entry.sup)
        for n in walk(body)
    )
