"""Functions, claims and assumptions: what a user states, checked and with dimensions inferred.

Input: texts of the notation (from Python, the command line or a TOML file).  Output:
:class:`Function`, and :class:`Claim` objects that carry everything a checker needs.  The rules that
make a statement meaningful (letters balance, names are defined once and before use, derivatives are
by inputs that no equality constrains) are all checked here; whether it is true is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symderiv.errors import InputError, Place
from symderiv.notation.dims import Dimensions, checked_dims
from symderiv.notation.parse import Parser, index_letters, python_tree, retag
from symderiv.notation.scan import Line, Side
from symderiv.notation.statement import check_quotients, lines_of, one_line, read_head, reading, relation
from symderiv.terms import Entry, Index, Term, free_indices, walk


@dataclass(frozen=True, slots=True)
class Statement:
    """``name[head] = body``."""

    name: str
    head: tuple[Index, ...]
    body: Term

    @property
    def entry(self) -> Entry:
        """The left-hand side as a term."""
        return Entry(self.name, self.head)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A relation between inputs that is given: ``op`` is = or one of < <= > >= !=."""

    op: str
    left: Term
    right: Term
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """``left = right`` for all free letters, with the definitions and assumptions it speaks of."""

    text: str
    left: Term
    right: Term
    statements: tuple[Statement, ...]
    assumptions: tuple[Assumption, ...]
    inputs: Mapping[str, tuple[str, ...]]
    classes: tuple[tuple[str, ...], ...]

    @property
    def bodies(self) -> dict[str, tuple[tuple[Index, ...], Term]]:
        """Defined name -> (head letters, body), as :func:`symderiv.terms.unfold` takes it."""
        return {s.name: (s.head, s.body) for s in self.statements}

    @property
    def free(self) -> frozenset[Index]:
        """The letters the claim is stated for."""
        return free_indices(self.left) | free_indices(self.right)


@dataclass(slots=True)
class _Raw:
    """A parsed text before dimensions are known."""

    statements: list[tuple[str, tuple[str, ...], Term, Place]] = field(default_factory=list)
    assumptions: list[tuple[str, Term, Term, str]] = field(default_factory=list)


class Function:
    """A function stated in index notation: statements in order, the last one is the output.

    ``define`` holds one statement a line; ``assume`` relations between inputs; ``claims`` texts to be
    verified; ``dims`` names dimensions and the letters that belong to them; ``labels`` names output
    letters whose value the caller of a kernel gives as an integer; ``measured`` the worst errors of its
    kernels, where they have been measured (kernel -> "target dtype" -> ulp, units).
    """

    def __init__(
        self,
        define: str,
        *,
        assume: Sequence[str] = (),
        claims: Sequence[str] = (),
        dims: Mapping[str, Sequence[str]] | None = None,
        labels: Sequence[str] = (),
        name: str = "",
        doc: str = "",
        measured: Mapping[str, Mapping[str, Sequence[float]]] | None = None,
    ) -> None:
        self.define = define
        self.assume = _listed("assume", assume)
        self.claim_texts = _listed("claims", claims)
        self.declared = checked_dims(dims or {})
        self.doc = doc
        self.measured = dict(measured or {})
        self._dims = Dimensions()
        self._known: dict[str, Place] = {}
        self._raw = _Raw()
        self._read_define()
        self.name = name or self._raw.statements[-1][0]
        self._read_assumptions()
        self._dims.settle()
        self._letters = self._dims.resolve(self.declared)
        self.statements = self._statements(self._letters)
        self.assumptions = self._assumptions(self._letters)
        self.labels = tuple(dict.fromkeys(map(str, _listed("labels", labels))))
        for letter in self.labels:
            if letter not in {i.name for i in self.output.head}:
                raise InputError(
                    "bad-labels",
                    f"labels names '{letter}', which is no letter of the output's head",
                    Place("labels"),
                )

    # --- what others read -------------------------------------------------------------------------

    @property
    def output(self) -> Statement:
        """The last statement."""
        return self.statements[-1]

    @property
    def inputs(self) -> dict[str, tuple[str, ...]]:
        """Input name -> dimension of each of its axes, in order of appearance."""
        return _inputs(self._dims, self._letters, [s[0] for s in self._raw.statements])

    @property
    def letters(self) -> dict[str, str]:
        """Letter -> dimension, of all letters that the texts and ``dims`` name."""
        declared = {letter: dim for dim, letters in self.declared.items() for letter in letters}
        return {**declared, **{letter: self._letters[letter] for letter in self._dims.letters}}

    @property
    def constrained(self) -> frozenset[str]:
        """Inputs that an equality assumption constrains (no derivative by these)."""
        return _constrained(self.assumptions)

    @property
    def bodies(self) -> dict[str, tuple[tuple[Index, ...], Term]]:
        """Defined name -> (head letters, body)."""
        return {s.name: (s.head, s.body) for s in self.statements}

    @property
    def claims(self) -> list[Claim]:
        """The claims stated with the function."""
        return [self.claim(text, f"claim {n}") for n, text in enumerate(self.claim_texts, 1)]

    # --- reading ----------------------------------------------------------------------------------

    def _read_define(self) -> None:
        with reading("define", self.define):
            lines = lines_of(self.define, "a definition such as y[j] = exp(z[j])")
            self._check_sizes([self._read_statement(line) for line in lines], self._dims)
            _check_clash(self._known.items(), self._dims, {})

    def _read_statement(self, line: Line) -> Parser:
        line.check_sides("a statement is name[letters] = expression")
        left, right = line.sides
        name, letters = read_head(left)
        for letter in letters:  # in the head's order, which does not change with the order of factors
            self._dims.letter(letter)
        parser = Parser(right, self._dims, letters)
        body = parser.parse()
        defined = {s[0] for s in self._raw.statements}
        if name in defined:
            raise InputError("redefinition", f"'{name}' is already defined; choose a new name", left.whole)
        for used, place in parser.entries:
            if used == name:
                raise InputError(
                    "use-before-definition",
                    f"'{name}' is used in its own definition; recursion has no meaning",
                    place,
                )
        if name in self._known:
            raise InputError(
                "use-before-definition",
                f"'{name}' is used above before it is defined here; define it first",
                self._known[name],
            )
        self._dims.entry(name, letters, left.whole)
        _check_bound([parser], set(letters), "statement")
        self._check_targets(parser, set())
        free = set(parser.free_uses)
        missing = sorted(free - set(letters))
        if missing:
            raise InputError(
                "unbalanced",
                f"'{missing[0]}' on the right is not in the head {left.text}; "
                "sum over it or add it to the head",
                parser.free_uses[missing[0]],
            )
        extra = sorted(set(letters) - free)
        if free and extra:
            raise InputError(
                "unbalanced",
                f"'{extra[0]}' in the head {left.text} does not occur on the right",
                left.whole,
            )
        for used, place in parser.entries:
            self._known.setdefault(used, place)
        self._known[name] = left.whole
        self._raw.statements.append((name, letters, body, left.whole))
        return parser

    def _check_sizes(self, parsers: Sequence[Parser], dims: Dimensions) -> None:
        declared = {d for d, letters in self.declared.items() if not dims.unknown(letters)}
        for parser in parsers:
            for letter, place in parser.size_uses.items():
                if letter not in dims.letters and letter not in declared:
                    raise InputError(
                        "unknown-letter",
                        f"size[{letter}]: no tensor has an axis with the letter '{letter}'",
                        place,
                    )

    def _check_targets(self, parser: Parser, extra: set[str]) -> None:
        defined = {s[0] for s in self._raw.statements}
        constrained = {t.name for op, a, b, _ in self._raw.assumptions if op == "=" for t in _entries(a, b)}
        assumed = {t.name for _, a, b, _ in self._raw.assumptions for t in _entries(a, b)}
        known = assumed | set(self._known) | {n for n, _ in parser.entries} | extra
        for target, place in parser.targets:
            if target.name in defined:
                raise InputError(
                    "diff-intermediate",
                    f"'{target.name}' is defined, not an input; differentiate by one of the inputs",
                    place,
                )
            if target.name not in known:
                raise InputError(
                    "diff-unknown",
                    f"'{target.name}' occurs nowhere; differentiate by one of the inputs",
                    place,
                )
            if target.name in constrained:
                raise InputError(
                    "diff-constrained",
                    f"an assumption constrains '{target.name}', so its entries cannot vary one at a time; "
                    "drop the assumption or differentiate by another input",
                    place,
                )

    def _read_assumptions(self) -> None:
        naming = list(self._dims.reduced)  # a dimension has its name from the definition
        for number, text in enumerate(self.assume, 1):
            with reading(f"assumption {number}", text):
                lines = lines_of(text, "a relation such as eps > 0 or sum[c](t[c]) = 1", relations=True)
                self._read_assumption(one_line(lines, "one assumption a text"))
        self._dims.reduced = naming

    def _read_assumption(self, line: Line) -> None:
        op, left, right = relation(line)
        known = dict(self._dims.arity)
        parsers = _parsers((left, right), self._dims)
        a, b = (p.parse() for p in parsers)
        _check_bound(parsers, set(), "assumption")
        self._check_sizes(parsers, self._dims)
        for parser in parsers:
            if parser.targets:
                raise InputError("bad-assumption", "an assumption holds no D", parser.targets[0][1])
            for name, place in parser.entries:
                if name in {s[0] for s in self._raw.statements}:
                    raise InputError(
                        "bad-assumption", f"'{name}' is defined; assumptions speak of inputs only", place
                    )
        _check_clash([e for p in parsers for e in p.entries], self._dims, _uses(parsers), known)
        if not any(p.entries for p in parsers):
            raise InputError("bad-assumption", "an assumption speaks of at least one input", left.whole)
        self._raw.assumptions.append((op, a, b, line.text))

    def claim(self, text: str, source: str = "claim", *, balanced: bool = True) -> Claim:
        """Read a claim about this function; raises :class:`InputError` where it has no meaning.

        Not ``balanced``: a side may lack a letter, as the derivative by an offset does.
        """
        with reading(source, text):
            lines = lines_of(text, "a claim such as D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]")
            return self._read_claim(one_line(lines, "a claim is one line"), balanced)

    def _read_claim(self, line: Line, balanced: bool) -> Claim:
        line.check_sides("a claim is left = right")
        dims = self._dims.copy()
        known = dict(dims.arity)
        check_quotients(line.sides, known)
        parsers = _parsers(line.sides, dims)
        left, right = (p.parse() for p in parsers)
        mentioned = {n for p in parsers for n, _ in p.entries}
        for p in parsers:
            self._check_targets(p, mentioned)
        self._check_sizes(parsers, dims)
        _check_bound(parsers, set(), "claim")
        stand = [e for p in parsers for e in (*p.entries, *((t.name, place) for t, place in p.targets))]
        _check_clash(stand, dims, _uses(parsers), known)
        one, two = (set(p.free_uses) for p in parsers)
        if balanced and one != two and one and two:
            letter = min(one ^ two)
            place = (parsers[0] if letter in one else parsers[1]).free_uses[letter]
            raise InputError(
                "unbalanced",
                f"'{letter}' stands free on one side only; both sides have the same free letters",
                place,
            )
        dims.settle()
        letters = dims.resolve(self.declared, _uses(parsers))
        return Claim(
            text=line.text,
            left=retag(left, letters),
            right=retag(right, letters),
            statements=self._statements(letters),
            assumptions=self._assumptions(letters),
            inputs=_inputs(dims, letters, [s[0] for s in self._raw.statements]),
            classes=tuple(tuple(group) for group in dims.classes()),
        )

    def _statements(self, letters: Mapping[str, str]) -> tuple[Statement, ...]:
        return tuple(
            Statement(name, tuple(Index(i, letters[i]) for i in head), retag(body, letters))
            for name, head, body, _ in self._raw.statements
        )

    def _assumptions(self, letters: Mapping[str, str]) -> tuple[Assumption, ...]:
        return tuple(
            Assumption(op, retag(a, letters), retag(b, letters), text)
            for op, a, b, text in self._raw.assumptions
        )


def _listed(what: str, texts: Any) -> tuple[str, ...]:
    if isinstance(texts, str) or not isinstance(texts, Iterable):  # a text would be read letter by letter
        kind = "one text" if isinstance(texts, str) else type(texts).__name__
        raise InputError("bad-value", f"{what} is a list of texts, not {kind}")
    return tuple(texts)


def _parsers(sides: Iterable[Side], dims: Dimensions) -> list[Parser]:
    """Readers of the two sides of a relation: a letter of one side is a letter of the other."""
    parsers = [Parser(side, dims) for side in sides]
    letters = frozenset().union(*(index_letters(python_tree(p.side)) for p in parsers))
    for parser in parsers:
        parser.letter_names |= letters
    return parsers


def _uses(parsers: Iterable[Parser]) -> dict[str, Place]:
    """Where each letter stands first."""
    found: dict[str, Place] = {}
    for parser in parsers:
        for letter, place in (*parser.free_uses.items(), *parser.bound_uses.items()):
            found.setdefault(letter, place)
    return found


def _check_bound(parsers: Sequence[Parser], head: set[str], what: str) -> None:
    """Refuse a letter that is bound and stands free, too."""
    free = head.union(*(p.free_uses for p in parsers))
    for parser in parsers:
        for letter, place in parser.bound_uses.items():
            if letter in free:
                raise InputError(
                    "free-and-bound",
                    f"'{letter}' is free and bound in one {what}; give the reduction another letter",
                    place,
                )


def _check_clash(
    entries: Iterable[tuple[str, Place]],
    dims: Dimensions,
    letters: Mapping[str, Place],
    known: Mapping[str, int] | None = None,
) -> None:
    """Refuse a name that is an index letter, too; ``known`` are names that stood before the letters."""
    for letter, place in letters.items():
        if letter in (known or {}):
            raise InputError(
                "name-clash", f"'{letter}' is a tensor and an index letter here; use two names", place
            )
    for name, place in entries:
        if name in dims.letters:
            message = f"'{name}' is an index letter and a tensor here; use two names"
            if not dims.arity.get(name):
                message = (
                    f"'{name}' is an index letter and stands here as a value, which a letter does not have; "
                    "use two names"
                )
            raise InputError("name-clash", message, place)


def _entries(*terms: Term) -> list[Entry]:
    return [t for term in terms for t in walk(term) if isinstance(t, Entry)]


def _constrained(assumptions: Sequence[Assumption]) -> frozenset[str]:
    return frozenset(t.name for a in assumptions if a.op == "=" for t in _entries(a.left, a.right))


def _inputs(
    dims: Dimensions, letters: Mapping[str, str], defined: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    result: dict[str, tuple[str, ...]] = {}
    for name, arity in dims.arity.items():
        if name not in defined:
            result[name] = tuple(letters[dims.letter_of(name, axis)] for axis in range(arity))
    return result
