"""All of a document that its rows refer to: formulas in order, definitions, sizes, hypotheses with their
scope.

Input: a source.  Output: :class:`Book`.  Definitions are gathered from the whole document before any row is
judged, since people explain a name after they use it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symderiv.documents.content.angles import name_angles
from symderiv.documents.content.any_density import any_densities
from symderiv.documents.content.at_point import places_by_lists
from symderiv.documents.content.beside import sizes_beside
from symderiv.documents.content.brackets import bracketed_entries
from symderiv.documents.content.by_itself import roots_of_own_squares
from symderiv.documents.content.by_slopes import by_slopes
from symderiv.documents.content.by_terms import by_terms
from symderiv.documents.content.by_value import by_values
from symderiv.documents.content.conditions import (
    between_letters,
    conditions_of,
    set_scope,
)
from symderiv.documents.content.continued import go_on, lead
from symderiv.documents.content.convention import implied_from
from symderiv.documents.content.defining import define, elements_of
from symderiv.documents.content.definition import Definition, Total
from symderiv.documents.content.differentials import differentials, slopes
from symderiv.documents.content.divisors import divisors
from symderiv.documents.content.dots import dots
from symderiv.documents.content.dropped import drop_labels
from symderiv.documents.content.extremes import over_names
from symderiv.documents.content.folding import fold
from symderiv.documents.content.formulas import Formula, formulas_of
from symderiv.documents.content.gradients import gradients
from symderiv.documents.content.inputs import over_inputs
from symderiv.documents.content.instances import instances
from symderiv.documents.content.introduced import (
    entries_of_d,
    introduce,
    own_functions,
    squares_of_values,
    values_at_numbers,
)
from symderiv.documents.content.lengths import lengths
from symderiv.documents.content.listed import listed
from symderiv.documents.content.local import locals_of
from symderiv.documents.content.midst import in_the_midst
from symderiv.documents.content.numbered import numbered, zeroth
from symderiv.documents.content.observed import fitted
from symderiv.documents.content.of_one_name import arguments_of_heads
from symderiv.documents.content.one_term import sums_of_one_term
from symderiv.documents.content.placed import define_late
from symderiv.documents.content.raised import raised_indices, raised_tensors
from symderiv.documents.content.relabelled import relabelled
from symderiv.documents.content.samples import samples
from symderiv.documents.content.solving import solutions
from symderiv.documents.content.spans import Axis
from symderiv.documents.content.spoken import one_sign, spoken_definitions
from symderiv.documents.content.spread import single, spread, summed
from symderiv.documents.content.transposed import (
    entries_of_transposes,
    names_with_primes,
    primes_as_transposes,
    sized_identities,
)
from symderiv.documents.content.two_names import two_names
from symderiv.documents.content.units import by_layer
from symderiv.documents.content.unlettered import unlettered
from symderiv.documents.matrix.inverses import Inverses
from symderiv.documents.matrix.vectors import lower
from symderiv.documents.text.blocks import Item, items_of
from symderiv.documents.text.rows import Row
from symderiv.documents.text.source import Source
from symderiv.documents.text.syntax import Apply, Deriv, Node, Number, Pow, Sym, map_nodes, walk
from symderiv.documents.text.written import term_by_term
from symderiv.documents.usage.nablas import errors_of_entries, name_errors, name_nablas
from symderiv.documents.usage.usage import BY_E, NO_ROOT, Usage, normal


@dataclass(slots=True)
class Book:
    """A document's formulas and what they define."""

    source: Source
    formulas: list[Formula]
    usage: Usage
    definitions: dict[tuple[str, int], list[Definition]] = field(default_factory=dict)
    totals: dict[str, Total] = field(default_factory=dict)  # names that are sums over steps
    poisoned: set[tuple[str, int]] = field(default_factory=set)
    one_hot: bool = False
    probability: bool = False
    declared: set[str] = field(default_factory=set)  # vectors that the text says to be such
    spaces: set[str] = field(default_factory=set)  # the sizes that it gives them: n of R^n
    normal: int = 0  # 1: the text speaks of normal distributions, 2: of their distribution function
    logistic: bool = False
    symmetric: bool = False
    by_e: bool = False  # whether e is a variable: derivatives are by it
    implied_sums: int = -1  # from where on indices that stand twice are summed over
    worked: dict[tuple[str, str], str] = field(default_factory=dict)  # partial derivatives, by statement
    spans: dict[str, set[Axis]] = field(default_factory=dict)  # axes with as many entries as a size says
    conditioned: set[tuple[str, str]] = field(default_factory=set)  # names, and styles, of such as P(y | x)
    entries: dict[str, int] = field(default_factory=dict)  # of vectors whose entries are all written out
    inverses: Inverses = field(default_factory=Inverses)
    local: set[tuple[str, int]] = field(default_factory=set)  # names with a sense of each section's own
    nested: bool = False  # whether values of unknown functions stand in each other, and first derivatives
    few: bool = False  # whether an axis is said to have two or three entries

    def find(
        self, key: str, arity: int, at: int, count: int | None = None, skip: Collection[int] = ()
    ) -> Definition | None:
        """The definition of a name that holds at an offset; ``count``: for so many arguments."""
        found = [d for d in self.definitions.get((key, arity), []) if d.active and d.link[0] not in skip]
        found = [d for d in found if d.since <= at and (d.until < 0 or at < d.until)]
        found = [d for d in found if count is None or len(d.params) in (0, count)] or found
        if (key, arity) in self.local:
            section = self.section_at(at)
            found = [d for d in found if d.section == section]
        before = [d for d in found if d.at <= at]
        found = [d for d in found if not d.solution] if not before else []
        found = [d for d in found if not (isinstance(d.body, Number) and self._is_result(d, at))]
        return before[-1] if before else found[0] if found else None

    def _is_result(self, d: Definition, at: int) -> bool:
        """Whether a number is found in a display behind the formula at an offset."""
        here, there = self.formula_at(at), self.formula_at(d.at)
        return there is not None and there is not here and there.item.display

    def formula_at(self, at: int) -> Formula | None:
        """The formula that an offset is in."""
        return max((f for f in self.formulas if f.item.at <= at), key=lambda f: f.item.at, default=None)

    def section_at(self, at: int) -> int:
        """The number of the section that an offset is in."""
        return max((f.section for f in self.formulas if f.item.at <= at), default=0)

    def arities(self, key: str) -> list[int]:
        """With how many indices a key is defined."""
        return sorted(n for k, n in self.definitions if k == key)


def book_of(source: Source) -> Book:
    """Read a whole document."""
    items = items_of(source)
    prose = " ".join(i.text for i in items if i.kind != "math")
    formulas = formulas_of(source, items, prose)
    spoken_definitions(items, formulas)
    one_sign(formulas)
    go_on(source, formulas)
    lead(source, formulas)
    places_by_lists(formulas)
    names_with_primes([s for f in formulas for r in f.rows for s in r.statements])
    primes_as_transposes(elements_of(formulas))
    entries_of_transposes(elements_of(formulas))
    sized_identities(elements_of(formulas), prose)
    over_names([s for f in formulas for r in f.rows for s in r.statements])
    raised_indices(elements_of(formulas))
    tensors = raised_tensors(elements_of(formulas))
    name_nablas([s for f in formulas for r in f.rows for s in r.statements])
    errors_of_entries([s for f in formulas for r in f.rows for s in r.statements])
    name_errors([s for f in formulas for r in f.rows for s in r.statements])
    indices = bracketed_entries(elements_of(formulas))
    roots_of_own_squares([s for f in formulas for r in f.rows for s in r.statements])
    sums_of_one_term(elements_of(formulas))
    squares = _squares(formulas)
    for e in elements_of(formulas):
        if e.node is not None:
            e.node = normal(e.node, squares)
    drop_labels([s for f in formulas for r in f.rows for s in r.statements])
    sizes_beside(elements_of(formulas))
    classes = listed([s for f in formulas for r in f.rows for s in r.statements])
    by_layer([s for f in formulas for r in f.rows for s in r.statements], prose)
    slopes([s for f in formulas for r in f.rows for s in r.statements])
    differentials(elements_of(formulas))
    nodes = [e.node for e in elements_of(formulas) if e.node is not None]
    fixed, bound = single(nodes), summed(nodes)
    head: Node | None = None
    for f in formulas:
        head = spread(f.rows, fixed, bound, head) if f.item.display else spread(f.rows, fixed, bound) and head
    unlettered([s for f in formulas for r in f.rows for s in r.statements])
    arguments_of_heads([s for f in formulas for r in f.rows for s in r.statements])
    own_functions([s for f in formulas for r in f.rows for s in r.statements])
    entries_of_d([s for f in formulas for r in f.rows for s in r.statements])
    values_at_numbers([s for f in formulas for r in f.rows for s in r.statements])
    squares_of_values([s for f in formulas for r in f.rows for s in r.statements])
    for f in formulas:
        read = [e for e in elements_of([f]) if e.node is not None]
        for e, node in zip(read, term_by_term([e.node for e in read if e.node is not None]), strict=True):
            e.node = node
    name_angles([s for f in formulas for r in f.rows for s in r.statements])
    set_scope(items, formulas)
    for section in dict.fromkeys(f.section for f in formulas):
        introduce([s for f in formulas if f.section == section for r in f.rows for s in r.statements])
    dots([s for f in formulas for r in f.rows for s in r.statements])
    two_names([s for f in formulas for r in f.rows for s in r.statements])
    each = over_inputs([s for f in formulas for r in f.rows for s in r.statements])
    named = by_values([s for f in formulas for r in f.rows for s in r.statements])
    nodes = [n for e in elements_of(formulas) if e.node is not None for n in walk(e.node)]
    first = zeroth([s for f in formulas for r in f.rows for s in r.statements], nodes)
    named += first
    rows = [Row(s.elements[0].tokens, [s]) for s in named]
    formulas += [Formula(Item("math", "", r.at), [r], hidden=True) for r in rows]
    held = [h.condition for f in formulas for h in f.scope]
    stated = [c for f in formulas for r in f.rows for c in conditions_of(r) if between_letters(c, f.places)]
    letters = [c for c in held if between_letters(c, formulas[0].places)] + stated
    ranges = [x for f in formulas for r in f.rows for x in r.ranges]
    ranges += [x for f in formulas for x in _spoken_ranges(f.item.text)] + [
        (x, "") for x in sorted(indices | classes)
    ]
    chains = [s for f in formulas for r in f.rows for s in r.statements if s.relations[1:2] == ["="]]
    trees = [[e.node for e in s.elements] for s in chains]
    usage = Usage([e.node for e in elements_of(formulas) if e.node is not None], ranges, letters, trees)
    usage.first |= {s.elements[0].node.base for s in first if isinstance(s.elements[0].node, Sym)}
    lengths(elements_of(formulas), usage)
    book = Book(source, formulas, usage)
    every = (n for e in elements_of(formulas) if e.node is not None for n in walk(e.node))
    book.conditioned = {(n.head.base, n.head.style) for n in every if isinstance(n, Apply) and n.opaque}
    lowered = prose.lower()
    book.one_hot = _ONE_HOT.search(source.text.lower().replace("$", "")) is not None
    book.probability = book.one_hot or _PROBABLE.search(lowered) is not None
    book.by_e = BY_E in squares
    book.symmetric = _SYMMETRIC.search(lowered) is not None
    every_row = [s for f in formulas for r in f.rows for s in r.statements]
    book.implied_sums = 0 if tensors else implied_from(source.text, every_row)
    book.normal = 2 if re.search(r"cumulative|\bcdf\b", lowered) else int("gaussian" in lowered)
    book.logistic = (
        "sigmoid" in lowered or "logistic" in lowered or _COMPLEMENT.search(source.raw) is not None
    )
    book.few = bool(re.search(r"binary|\b(?:two|three|2|3)[- ](?:class|categor|outcome|dimension)", lowered))
    book.few = book.few or bool(
        re.search(r"\b[A-Za-z] ?= ?[23]\b(?! ?[a-z\\])", " ".join(f.item.text for f in formulas))
    )
    define(book)
    define_late(book)
    _write_out(book)
    if lower(book):
        book.definitions.clear()
        book.poisoned.clear()
        define(book)
        define_late(book)
        _write_out(book)
    for tell in (relabelled, in_the_midst, numbered, by_terms, by_slopes):
        tell(book)
    for d in (d for known in book.definitions.values() for d in known):
        if any(d.link == (id(s.elements[0]), id(s.elements[1])) for s in named):
            d.link = (-1, -1)
    book.local = locals_of(book)
    fitted(book)
    fold(book)
    book.nested = _nested(book)
    solutions(book)
    instances(book)
    samples(book, each)
    divisors(book)
    gradients(book)
    any_densities(book)
    return book


def _nested(book: Book) -> bool:
    """Whether several functions are called that nothing defines, and no second derivative is taken."""
    nodes = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    second = any((isinstance(n, Sym) and n.primes > 1) or (isinstance(n, Deriv) and len(n.targets) > 1)
                 or (isinstance(n, Deriv) and n.kind == "hessian") for n in nodes)  # fmt: skip
    called = {n.head.base + str(n.head.sub) for n in nodes if isinstance(n, Apply) and len(n.args) == 1}
    return not second and sum(not book.arities(book.usage.split(Sym(x))[0]) for x in called) > 1


def _write_out(book: Book) -> None:
    """``KL`` as ``KL(p || q)``: the one that is defined, of several the last before."""
    wholes: dict[tuple[str, str], dict[str, Apply]] = {}
    for e in elements_of(book.formulas):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Apply) and n.opaque:
                name = f"{n.head.base}({n.opaque})"
                if (name, 0) in book.definitions:
                    wholes.setdefault((n.head.base, n.head.style), {}).setdefault(name, n)
    named = {
        k: sorted(((book.definitions[name, 0][0].at, n) for name, n in v.items()), key=lambda x: x[0])
        for k, v in wholes.items()
        if not book.arities(k[0])
    }

    def put(node: Node, at: int) -> Node:
        if isinstance(node, Apply):
            args = tuple(put(a, at) for a in node.args)
            return node if node.opaque else replace(node, args=args)
        if isinstance(node, Sym) and not (node.sub or node.sup or node.primes):
            found = named.get((node.base, node.style), [])
            before = [n for where, n in found if where <= at]
            meant: Node = found[0][1] if len(found) == 1 else before[-1] if before else node
            return replace(meant, at=node.at, end=node.end)
        return map_nodes(node, lambda n: put(n, at))

    for e in elements_of(book.formulas) if named else ():
        e.node = put(e.node, e.at) if e.node is not None else None
    for d in (d for known in book.definitions.values() for d in known) if named else ():
        d.body = put(d.body, d.at)


_SYMMETRIC = re.compile(r"symmetri(?:c|sch|ca|co)|sym[ée]tri|sim[ée]tric|对称|對稱|対称|대칭|симметрич")
_ONE_HOT = re.compile(
    r"one[- ]?hot|only one (?:non-?zero|class)|1-of-k|one non-?zero|独热|ワンホット|원[- ]?핫|"
    r"只有一[个個].{0,8}(?:1|非零|[为為])|"
    r"index of the (?:correct|true|target|ground[- ]truth|actual) (?:class|label|word|token)|"
    r"only[^.]{0,30}\b(?:entry|element|component|coordinate|dimension|position|class)\b[^.]{0,30}"
    r"\b(?:one|1|non-?zero)\b"
)
_PROBABLE = re.compile(
    r"probabilit|distribution|sums? to (?:one|1)|only one non|probabilid|"
    r"概率|機率|确率|確率|分布|확률|вероятност"
)
#: What only the logistic function is written with.
_COMPLEMENT = re.compile(r"1\s*-\s*\\sigma\s*(?:\\left)?\(([^()]*)\)(?!\s*\^)")


def _squares(formulas: list[Formula]) -> frozenset[str]:
    """Names that are defined, or differentiated by, squared: sigma^2."""
    found: set[str] = set()
    plain: set[str] = set()  # told without the square before
    for s in (s for f in formulas for r in f.rows for s in r.statements):
        first = s.elements[0].node
        name = _is_square(first)
        if isinstance(first, Sym) and len(s.elements) > 1 and not (s.leading or first.primes):
            own, nodes = _with_words(first), (e.node for e in s.elements if e.node is not None)
            plain |= set() if any(_is_square(n) == own for x in nodes for n in walk(x)) else {own}
        told = len(s.elements) == 2 and s.elements[1].node == Number(Fraction(1))  # y is 1 or -1
        if len(s.elements) > 1 and not s.leading and name and not told and name not in plain:
            found.add(name)
            if any(_is_power(e.node) for e in s.elements[1:]):
                found.add(f"{name}{NO_ROOT}")  # e^2 = (a - b)^2: e is a - b
        elif isinstance(first, Apply) and len(s.elements) > 1:  # a function of sigma^2
            found.update(x for a in first.args if (x := _is_square(a)))
    heads = {
        s.elements[0].node.base
        for f in formulas
        for r in f.rows
        for s in r.statements
        if isinstance(s.elements[0].node, Sym) and len(s.elements) > 1
    }
    found = {x for x in found if not (len(x) == 1 and x.isupper() and x in heads)}  # C C = C of a matrix
    found |= {BY_E} if "e" in heads else set()  # an error, e = y - p
    for e in elements_of(formulas):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Deriv):
                found |= {BY_E for t in n.targets if isinstance(t, Sym) and t.base == "e" and not t.sub}
                found.update(
                    t.base.base
                    for t in n.targets
                    if isinstance(t, Pow) and isinstance(t.base, Sym) and t.exponent == Number(Fraction(2))
                )
    return frozenset(found)


def _is_power(node: Node | None) -> bool:
    return isinstance(node, Pow) and node.exponent == Number(Fraction(2))


def _is_square(node: Node | None) -> str:
    """The name of what is squared, with the words below it: that of s_{new}^2 is not s."""
    if not (isinstance(node, Pow) and isinstance(node.base, Sym) and _is_power(node)):
        return ""
    sym = node.base
    if sym.base in "xyzabcprtuvw":
        return ""
    return _with_words(sym)


def _with_words(sym: Sym) -> str:
    words = [m.text for m in sym.sub if m.kind == "word"]
    return "_".join([sym.base, *words]) if len(words) == len(sym.sub) else sym.base


_SPOKEN_RANGE = re.compile(
    r"(?<![A-Za-z\\])([a-z])\s*(?:=\s*1\s*,?\s*\\(?:dots|ldots|cdots|dotsc)\s*,?|\\in\s*\\?[\[{(]+\s*1\s*,\s*(?:\\l?c?dots\s*,)?)"
    r"\s*([A-Za-z])(?![A-Za-z])"
)


#: ``i, j \\in [T]``: positions of an axis.
_OF_AXIS = re.compile(
    r"(?<![A-Za-z\\_^{])([a-z](?:\s*,\s*[a-z])*)\s*\\in\s*\[\s*(?:\\?[A-Za-z]+|\|[^\]|]+\|)(?:_\{?\w+\}?)?\s*\]"
)


def _spoken_ranges(text: str) -> list[tuple[str, str]]:
    found = [(m.group(1), m.group(2)) for m in _SPOKEN_RANGE.finditer(text)]
    of_axis = [x for m in _OF_AXIS.finditer(text) for x in re.findall("[a-z]", m.group(1))]
    return found + [(x, "") for x in of_axis]
