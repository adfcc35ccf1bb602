"""All vector and matrix equations of a book to equations between entries.

Input: a :class:`Book` with the trees as they are written.  Output: the same book; elements that hold vectors
carry their values in every world that fits, and their entry as their tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.matrix.entries import GENERAL, shown_places, written_out
from symderiv.documents.matrix.features import is_row_before, without_features
from symderiv.documents.matrix.matrices import Lowering
from symderiv.documents.matrix.naming import is_whole, names, unit_vectors
from symderiv.documents.matrix.orders import OTHER_ORDER, is_other_order, same_name
from symderiv.documents.matrix.slopes import is_of_all
from symderiv.documents.matrix.values import AXES, Hidden, Misfit, Value, World, is_bare
from symderiv.documents.text.latex import Token, Unread
from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Deriv,
    Div,
    Fn,
    Hadamard,
    Mark,
    Matrix,
    Mul,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
    bound_in,
    walk,
)
from symderiv.documents.text.vocabulary import BUILTIN, SOFTMAX
from symderiv.documents.text.written import LETTER, sizes_of, summed_out
from symderiv.documents.usage.ranked import factors_of, is_flat
from symderiv.documents.usage.shapes import Name, Shapes

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.text.rows import Element, Statement

_WORLDS = tuple(
    World(rows, inner, entrywise, diagonal)
    for diagonal in (False, True)
    for entrywise in (True, False)
    for inner in (False, True)
    for rows in (False, True)
)
#: Gradients by vectors as rows, those by matrices as the matrix.
_LAYOUTS = (World(rows=True), World(rows=True, turned=False))
#: Vectors as rows, where the document says so: x (1 x n).
_FLAT = (World(flat=True), World(rows=True, flat=True))
_LOOSE = (World(loose=True), World(rows=True, loose=True))
WORLDS = (*_WORLDS, *_LAYOUTS[1:], World(named=True), World(cancel=False), *_FLAT, *_LOOSE)

Pair = tuple[Node, Node]


def lower(book: Book) -> bool:
    """Lower every statement with vectors; whether there is one."""
    statements = [s for f in book.formulas for r in f.rows for s in r.statements]
    nodes = [n for s in statements for e in s.elements if e.node is not None for n in walk(e.node)]
    declared = without_features(list(_declared(book)), nodes)
    book.spaces = {n.base for _, space in declared if isinstance(space, Pow)
                   for n in walk(space.exponent) if isinstance(n, Sym)}  # fmt: skip
    for name, _ in declared:
        if isinstance(name, Sym) and not name.sub:
            book.usage.indexed.add((name.base, "sub"))
    named = [x for s in statements if s.relations[1:] == ["="] for x in _named(s)]
    for _, base, rank in named:  # X = (x_{ij}), written out
        book.usage.indexed.add((base, "sub"))
        if rank == 2:
            book.usage.pairs.add(base)
    vectors = {n.base for n in nodes if isinstance(n, Sym) and not (n.sub or n.sup or n.primes)}
    told = {x: count for x, count in sizes_of(nodes).items() if x in vectors or x.upper() in vectors}
    summed = {x: n for x, n in summed_out(nodes).items() if (x, "sub") in book.usage.indexed}
    book.entries = {**summed, **told}
    book.usage.indexed |= {(x, "sub") for x in book.entries}
    book.usage.letters |= {LETTER} if book.entries else set()
    book.few = book.few or any(_whole(s) and any(_named(s)) for s in statements if s.relations[1:] == ["="])
    shapes = Shapes(book.usage, declared)
    unit_vectors(book, nodes, shapes)
    for name, _, rank in named:
        shapes.rank[shapes.name(name)] = rank
        shapes.told.add(shapes.name(name))
    written = written_out(statements, shapes)
    for full in written:
        shapes.rank.setdefault(full, 2)
        shapes.told.add(full)
    for name, space in declared:
        _sizes(book, shapes, name, space)
    chains = [[e.node for e in s.elements if e.node is not None] for s in statements]
    shapes.learn([c for s, c in zip(statements, chains, strict=True) if c and "in" not in s.relations])
    if not any(shapes.rank.values()) and not any(
        isinstance(n, Matrix) for c in chains for e in c for n in walk(e)
    ):
        return False
    pairs = {s for s in book.usage.pairs if len(s) == 1}
    wide = {name for name, rank in shapes.rank.items() if rank == 2}
    if _with_small(wide & shapes.told, pairs):  # one of them is said to be a matrix: so are the others
        book.usage.matrices = _with_small(wide, pairs)
    book.declared = {name[0] for name in shapes.told if shapes.rank.get(name)}
    book.usage.letters.update(m.text for m in GENERAL)
    functions = _functions(book, shapes)
    for s in statements:
        if _of_number(s, shapes) and isinstance(head := s.elements[0].node, Apply):
            functions[shapes.usage.split(head.head)[0]] = None
    shapes.free = SOFTMAX - set(functions)
    applied = (n for c in chains for e in c for n in walk(e) if isinstance(n, Apply) and n.sub)
    shapes.called = {n.head.base for n in applied}
    count = 0

    def fresh() -> str:
        nonlocal count
        count += 1
        book.usage.letters.add(f"in{count}")
        return f"in{count}"

    for size in _of_ones(nodes):
        if not (book.arities(size) or size in book.usage.letters):
            book.usage.sizes.setdefault(size, [])
    gradients = _gradients(statements, shapes)
    flat = any(is_flat(space) and shapes.of(x) == 1 for x, space in declared if isinstance(x, Sym))
    flat = flat or any(is_row_before(n, shapes) for n in nodes)
    loose = any(isinstance(n, Mul) and is_bare(n.factors[0]) for n in nodes)
    worlds = [w for w in WORLDS if (flat or not w.flat) and (loose or not w.loose)]
    lowerings = [Lowering(shapes, w, functions, fresh) for w in worlds]
    wholes = {
        key: [(d.letters, d.body) for d in versions if not d.params]
        for (key, _), versions in book.definitions.items()
    }
    inputs = {
        key: versions[0].params[0]
        for (key, count), versions in book.definitions.items()
        if not count and len(versions[0].params) == 1
    }
    over = frozenset(bound_in(nodes))
    frobenius = any(isinstance(n, Fn) and n.name == "normF" for n in nodes)
    for low in lowerings:
        low.frobenius = frobenius
        low.gradients, low.inverses, low.wholes, low.inputs = gradients, book.inverses, wholes, inputs
        low.summed = over
    changed = False
    for s in statements:
        table = any(isinstance(e.node, Matrix) for e in s.elements)
        own = {shapes.name(e.node) for e in s.elements if isinstance(e.node, Sym)}
        for low in lowerings:
            low.written = {x: m for x, m in written.items() if table and x not in own}
        if "in" not in s.relations and not _of_number(s, shapes):
            for e in s.elements:
                if e.node is not None:
                    for low in lowerings:
                        count = 0  # the same letters in every world, so that equal readings are one
                        _value_in(e, low)
            changed = _settle(s, shapes) or changed
    return changed


def _with_small(names: set[Name], pairs: set[str]) -> set[str]:
    """Those of one capital letter whose small one has two indices."""
    return {base for base, *_ in names if len(base) == 1 and base.lower() in pairs and base not in pairs}


def _of_ones(nodes: list[Node]) -> set[str]:
    """Names that divide a sum by a row of ones, ``\\frac{1}{H} 1^T x``: how many entries x has."""
    found = set()
    for n in nodes:
        factors = factors_of(n) if isinstance(n, Mul) else []
        if isinstance(n, Div) and isinstance(n.top, Mul):
            factors = [Div(Number(Fraction(1)), n.bottom), *factors_of(n.top)]
        if any(isinstance(f, Transpose) and isinstance(f.body, Sym) and f.body.base == "1" for f in factors):
            below = [f.bottom for f in factors if isinstance(f, Div) and isinstance(f.top, Number)]
            found |= {b.base for b in below if isinstance(b, Sym) and not (b.sub or b.sup or b.primes)}
    return found


def _gradients(statements: list[Statement], shapes: Shapes) -> frozenset[Name]:
    """Names that are said to be the derivative of a number by a vector."""
    found = set()
    for s in statements:
        head, *others = (e.node for e in s.elements[:2])
        if isinstance(head, Sym) and not s.leading and s.relations[1:2] == ["="]:
            for d in others:
                if not isinstance(d, Deriv) or d.kind != "partial" or d.body is None or len(d.targets) != 1:
                    continue
                if shapes.seen(d.body) == 0 and shapes.seen(d.targets[0]) == 1:
                    found.add(shapes.name(head))
    return frozenset(found)


def _named(s: Statement) -> Iterator[tuple[Sym, str, int]]:
    one, two = (e.node for e in s.elements)
    if one is not None and two is not None:
        yield from names(one, two)


def _whole(s: Statement) -> bool:
    return any(e.node is not None and is_whole(e.node) for e in s.elements)


def _of_number(s: Statement, shapes: Shapes) -> bool:
    """Whether a statement defines a function of a number: ``\\sigma(z) = 1 / (1 + e^{-z})``, also where z is
    a vector elsewhere, to which the function is applied entry by entry then."""
    head = s.elements[0].node
    if s.leading or len(s.elements) < 2 or not isinstance(head, Apply) or head.opaque or len(head.args) != 1:
        return False
    (arg,) = head.args
    if not isinstance(arg, Sym) or arg.sub or arg.sup or arg.style == "bold" or head.head.primes or head.sub:
        return False
    if shapes.usage.split(head.head)[1] or shapes.name(arg) in shapes.told:
        return False
    nodes = [n for e in s.elements[1:] if e.node is not None for n in walk(e.node)]
    if any(isinstance(n, (Big, Deriv)) or _is_hard(n, shapes) for n in nodes):
        return False
    names = [n for n in nodes if isinstance(n, Sym)]
    return bool(names) and all(n == arg or same_name(n, arg) or not shapes.of(n) for n in names)


def _value_in(e: Element, low: Lowering) -> None:
    assert e.node is not None
    try:
        v = low.value(e.node)
        e.values[low.world] = v
        if v.kind != "s" or v.entry(()) != e.node:
            e.lowered = True
    except Misfit as error:
        e.lowered = True
        e.misfit = e.misfit or str(error)


def _settle(s: Statement, shapes: Shapes) -> bool:
    """Give the elements of a chain the trees of their entries in the first world that fits them all."""
    elements = [e for e in s.elements if e.node is not None]
    if not any(e.lowered for e in elements):
        for e in elements:
            e.values = {}
        return False
    for e in elements:
        e.hard = any(_is_hard(n, shapes) for n in walk(e.node)) if e.node is not None else False
        e.written = e.node
    if not any(e.hard for e in elements) and _indexed(elements, shapes):
        return False  # a summary of what is said with indices elsewhere
    for world in WORLDS:
        values = [e.values.get(world) for e in elements]
        kinds = {v.kind for e, v in zip(elements, values, strict=True) if v is not None and not _is_zero(e)}
        if len(kinds) == 1 and None not in values:
            for e, v in zip(elements, values, strict=True):
                if v is not None and not any(v.places):
                    e.node = _general(v) or e.node
            return True
    return True


def _indexed(elements: list[Element], shapes: Shapes) -> bool:
    """Whether the head of a chain has indices elsewhere, while other names of it have none anywhere."""
    head = elements[0].node
    if not isinstance(head, Sym) or max(shapes.counts.get(shapes.name(head)[0], {0})) == 0:
        return False
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    known = SOFTMAX | set(BUILTIN)
    heads = {id(n.head) for n in nodes if isinstance(n, Apply) and n.head.base in known}
    syms = [n for n in nodes if isinstance(n, Sym) and id(n) not in heads]
    numbers = {id(n.body) for n in nodes if isinstance(n, Deriv)}  # a loss
    if all(shapes.of(n) for n in syms if id(n) not in numbers):
        return False
    return any(shapes.of(n) and shapes.name(n) not in shapes.backed for n in syms)


def _general(v: Value) -> Node | None:
    try:
        return v.entry(GENERAL[: AXES[v.kind]])
    except Misfit:
        return None


def _is_zero(e: Element) -> bool:
    return isinstance(e.node, Number) and not e.node.value


def _is_hard(n: Node, shapes: Shapes) -> bool:
    """Whether a node is of vectors whatever its names are."""
    if isinstance(n, (Transpose, Matrix)) or (isinstance(n, Deriv) and n.kind in ("gradient", "hessian")):
        return True
    if isinstance(n, Hadamard) or (isinstance(n, Fn) and n.name in ("diag", "norm", "normF", "tr", "inner")):
        return True
    if isinstance(n, Apply) and len(n.args) == 1 and n.head.base in shapes.free:
        return True
    return isinstance(n, Sym) and shapes.name(n) in shapes.told and bool(shapes.of(n))


class Ways(list[list[Pair]]):
    """Ways to read a row.  ``turned``: whether one is read with derivatives by matrices turned only;
    ``layouts``: those that differ in this alone."""

    def __init__(self) -> None:
        super().__init__()
        self.turned: list[bool] = []
        self.layouts: list[list[Pair]] = []

    def layout(self, pair: list[Pair]) -> str:
        """In which layout of derivatives by matrices a way reads a row; "" where that is the same."""
        apart = len(self.layouts) == 2 and self.layouts[0] != self.layouts[1]
        if not apart or self.index(pair) >= len(self.turned):
            return ""
        return "turned" if self.turned[self.index(pair)] else "plain"


def pairs_of(a: Element, b: Element) -> list[list[Pair]]:
    """Every way to read ``a = b``, each a list of equations between scalars.  Raises Unread."""
    assert a.node is not None
    assert b.node is not None
    if not (a.lowered or b.lowered):
        return [[(a.node, b.node)]]
    one, two = a.written or a.node, b.written or b.node
    found, why = Ways(), ""
    for world in (w for w in WORLDS if not (w.diagonal and is_of_all(one, two))):
        try:
            made = _pairs(_value(a, one, world), _value(b, two, world))
        except Misfit as error:
            why = why or str(error)
            continue
        turned = world.rows and world.turned
        if made and made not in found:
            found.append(made)
            found.turned.append(turned)
        elif made and not turned:
            found.turned[found.index(made)] = False
        if made and world in _LAYOUTS:
            found.layouts.append(made)
    if not (a.hard or b.hard):
        found.append([(one, two)])
    if not found and is_other_order(a, b):
        raise Unread(OTHER_ORDER, b.at)
    if not found:
        why = a.misfit or b.misfit or why or "the shapes of the two sides differ"
        raise Unread(f"as vectors: {why}", b.at)
    return found


def _value(e: Element, node: Node, world: World) -> Value:
    if e.lowered:
        v: Value | None = e.values.get(world)
        if v is None:
            raise Misfit(e.misfit or "the shapes do not fit")
        return v
    return Value("s", lambda _: node)


def _pairs(a: Value, b: Value) -> list[Pair]:
    if a.kind != b.kind:
        for x, y in ((a, b), (b, a)):
            if x.kind == "s" and isinstance(zero := x.entry(()), Number) and not zero.value:
                wide = Value(y.kind, lambda _, zero=zero: zero, y.places)  # type: ignore[misc]
                return _pairs(wide, y) if x is a else _pairs(y, wide)
        raise Misfit("the shapes of the two sides differ")
    made = []
    for m in shown_places(a, b):
        with suppress(Hidden):
            made.append((a.entry(m), b.entry(m)))
    return made


def _declared(book: Book) -> Iterator[tuple[Node, Node]]:
    """Names and the spaces they are said to be in."""
    for f in book.formulas:
        for row in f.rows:
            for s in row.statements:
                if s.relations[-1:] != ["in"] or len(s.elements) < 2:
                    continue
                space = Sym("R") if _is_of_numbers(s.elements[-1].tokens) else s.elements[-1].node
                names = [e.node for e in s.elements[:-1]]
                names += [_name(note) for note in row.notes]
                for name in names:
                    if name is not None and space is not None:
                        yield name, space


def _is_of_numbers(tokens: list[Token]) -> bool:
    """Whether a set or an interval of numbers is written out: what is in it is a number."""
    closed = len(tokens) > 2 and tokens[0].text in ("\\{", "[", "(") and tokens[-1].text in ("\\}", "]", ")")
    inner = tokens[1:-1] if closed else []
    return bool(inner) and all(t.kind == "num" or t.text in (",", "-", "+", "infty", "ldots") for t in inner)


def _sizes(book: Book, shapes: Shapes, name: Node, space: Node) -> None:
    """``x \\in \\mathbb{R}^N``: N is how many entries x has."""
    if not (isinstance(name, Sym) and isinstance(space, Pow) and shapes.name(name) in shapes.told):
        return
    sizes = factors_of(space.exponent)
    places = tuple(Mark("place", f"axis{n}") for n in range(len(sizes)))
    for size, place in zip(sizes, places, strict=True):
        if not isinstance(size, Sym) or size.sub or size.sup or size.primes or len(size.base) > 1:
            continue
        if size.base not in book.usage.letters and not book.arities(size.base):
            if book.usage.means.pop(size.base, None) is not None:
                book.usage.sizes[size.base] = []
            entry = replace(name, sub=(*name.sub, *places))
            book.usage.sizes.setdefault(size.base, []).append((place.text, entry))


def _name(tokens: list[Token]) -> Node | None:
    from symderiv.documents.text.grammar import parse

    try:
        node = parse(tokens)
    except Unread:
        return None
    if isinstance(node, Pow) and isinstance(node.base, Sym) and node.exponent == Number(Fraction(2)):
        return replace(node.base, base=f"{node.base.base}_sq")  # sigma^2, a name of its own
    return node if isinstance(node, Sym) else None


def _functions(book: Book, shapes: Shapes) -> dict[str, int | None]:
    """Functions that the document defines: the rank of a value where they are of vectors, else None."""
    found: dict[str, int | None] = {}
    for (key, _), versions in book.definitions.items():
        for d in versions[:1]:
            if not d.params:
                continue
            indexed = {n.base for n in walk(d.body) if isinstance(n, Sym) and n.sub} if d.letters else set()
            vector = any(isinstance(p, Sym) and (shapes.of(p) or p.base in indexed) for p in d.params)
            own = shapes.rank.get((key, 0, 0), 0)
            found[key] = max(own, len(d.letters)) if vector else None
    return found


__all__ = ["Apply", "lower", "pairs_of"]
