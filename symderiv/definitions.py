"""Functions, claims and assumptions: what a user states, checked and with dimensions inferred.

Input: texts of the notation (from Python, the command line or a TOML file).  Output:
:class:`Function`, and :class:`Claim` objects that carry everything a checker needs.  The rules that
make a statement meaningful (letters balance, names are defined once and before use, derivatives are
by inputs that no equality constrains) are all checked here; whether it is true is not known here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symderiv.errors import InputError, Place
from symderiv.notation.dims import Dimensions
from symderiv.notation.parse import Parser, python_tree, retag
from symderiv.notation.positions import RESERVED
from symderiv.notation.scan import Line, Side, split
from symderiv.terms import Entry, Index, Term, free_indices, walk

_RELATIONS = ("<=", ">=", "!=", "<", ">")


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
        for what, texts in (("assume", assume), ("claims", claims), ("labels", labels)):
            if isinstance(texts, str):  # it would be read letter by letter
                raise InputError("bad-value", f"{what} is a list of texts, not one text")
        self.define = define
        self.assume = tuple(assume)
        self.claim_texts = tuple(claims)
        self.declared = {k: tuple(v) for k, v in (dims or {}).items()}
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
        self.labels = tuple(dict.fromkeys(labels))
        for letter in self.labels:
            if letter not in {i.name for i in self.output.head}:
                raise InputError(
                    "bad-labels", f"labels names '{letter}', which is no letter of the output's head"
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
        lines = _lines(self.define, "define", "a definition such as y[j] = exp(z[j])")
        for line in lines:
            try:
                self._read_statement(line)
            except InputError as error:
                raise error.within("define") from None
        letters = set(self._dims.letters)
        for name, place in self._known.items():
            if name in letters:
                raise InputError(
                    "name-clash", f"'{name}' is a tensor and an index letter; use two names", place
                ).within("define")

    def _read_statement(self, line: Line) -> None:
        if len(line.sides) != 2:
            what = "an '=' is missing" if len(line.sides) < 2 else "more than one '='"
            raise InputError(
                "syntax", f"{what}; a statement is name[letters] = expression", line.sides[0].place()
            )
        left, right = line.sides
        name, letters = _head(left)
        parser = Parser(right, self._dims, letters)
        body = parser.parse()
        defined = {s[0] for s in self._raw.statements}
        if name in defined:
            raise InputError("redefinition", f"'{name}' is already defined; choose a new name", left.place())
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
        self._dims.entry(name, letters, left.place())
        self._check_letters(parser, set(letters), left)
        self._check_targets(parser, set(), line)
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
                left.place(),
            )
        for used, place in parser.entries:
            self._known.setdefault(used, place)
        self._known[name] = left.place()
        self._raw.statements.append((name, letters, body, left.place()))

    def _check_letters(self, parser: Parser, head: set[str], side: Side) -> None:
        for letter, place in parser.bound_uses.items():
            if letter in head or letter in parser.free_uses:
                raise InputError(
                    "free-and-bound",
                    f"'{letter}' is free and bound in one statement; give the reduction another letter",
                    place,
                )
        for letter, place in parser.size_uses.items():
            if letter not in self._dims.letters:
                raise InputError(
                    "unknown-letter",
                    f"size[{letter}]: no tensor has an axis with the letter '{letter}'",
                    place,
                )

    def _check_targets(self, parser: Parser, extra: set[str], line: Line) -> None:
        defined = {s[0] for s in self._raw.statements}
        constrained = {t.name for op, a, b, _ in self._raw.assumptions if op == "=" for t in _entries(a, b)}
        known = set(self._known) | {n for n, _ in parser.entries} | extra
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
        for number, text in enumerate(self.assume, 1):
            source = f"assumption {number}"
            lines = _lines(text, source, "a relation such as eps > 0 or sum[c](t[c]) = 1", relations=True)
            try:
                if len(lines) > 1:
                    raise InputError("syntax", "one assumption a text", Place("", lines[1].line, 1))
                self._read_assumption(lines[0])
            except InputError as error:
                raise error.within(source) from None

    def _read_assumption(self, line: Line) -> None:
        op, left, right = _relation(line)
        parsers = [Parser(side, self._dims) for side in (left, right)]
        a, b = (p.parse() for p in parsers)
        for parser, side in zip(parsers, (left, right), strict=True):
            self._check_letters(parser, set(), side)
            if parser.targets:
                raise InputError("bad-assumption", "an assumption holds no D", parser.targets[0][1])
            for name, place in parser.entries:
                if name in {s[0] for s in self._raw.statements}:
                    raise InputError(
                        "bad-assumption", f"'{name}' is defined; assumptions speak of inputs only", place
                    )
        if not any(p.entries for p in parsers):
            raise InputError("bad-assumption", "an assumption speaks of at least one input", left.place())
        self._raw.assumptions.append((op, a, b, line.text))

    def claim(self, text: str, source: str = "claim") -> Claim:
        """Read a claim about this function; raises :class:`InputError` where it has no meaning."""
        lines = _lines(text, source, "a claim such as D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]")
        try:
            if len(lines) > 1:
                raise InputError("syntax", "a claim is one line", Place("", lines[1].line, 1))
            return self._read_claim(lines[0])
        except InputError as error:
            raise error if error.place.source.startswith(source) else error.within(source) from None

    def _read_claim(self, line: Line) -> Claim:
        if len(line.sides) != 2:
            what = "an '=' is missing" if len(line.sides) < 2 else "more than one '='"
            raise InputError("syntax", f"{what}; a claim is left = right", line.sides[0].place())
        dims = self._dims.copy()
        parsers = [Parser(side, dims) for side in line.sides]
        left, right = (p.parse() for p in parsers)
        mentioned = {n for p in parsers for n, _ in p.entries}
        free: dict[str, Place] = {}
        bound: dict[str, Place] = {}
        for p in parsers:
            free.update(p.free_uses)
            bound.update(p.bound_uses)
            self._check_targets(p, mentioned, line)
            for letter, place in p.size_uses.items():
                if letter not in dims.letters:
                    raise InputError(
                        "unknown-letter",
                        f"size[{letter}]: no tensor has an axis with the letter '{letter}'",
                        place,
                    )
        for letter in bound:
            if letter in free:
                raise InputError(
                    "free-and-bound",
                    f"'{letter}' is free and bound in one claim; give the reduction another letter",
                    bound[letter],
                )
        names = set(dims.arity)
        for letter in dims.letters:
            if letter in names:
                place = free.get(letter) or bound.get(letter) or line.sides[0].place()
                raise InputError(
                    "name-clash", f"'{letter}' is a tensor and an index letter; use two names", place
                )
        one, two = (set(p.free_uses) for p in parsers)
        if one != two and one and two:
            letter = min(one ^ two)
            place = (parsers[0] if letter in one else parsers[1]).free_uses[letter]
            raise InputError(
                "unbalanced",
                f"'{letter}' stands free on one side only; both sides have the same free letters",
                place,
            )
        dims.settle()
        letters = dims.resolve(self.declared)
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


def _lines(text: str, source: str, example: str, *, relations: bool = False) -> list[Line]:
    try:
        lines = split(text, relations=relations)
    except InputError as error:
        raise error.within(source) from None
    if not lines:
        raise InputError("empty", f"nothing is stated; expected {example}", Place(source, 1, 1))
    return lines


def _head(side: Side) -> tuple[str, tuple[str, ...]]:
    """Name and letters of a statement's left side."""
    tree = python_tree(side)
    place = side.place()
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "D":
        raise InputError(
            "claim-in-define",
            "a claim stands among the definitions; state it under claims (or --claim)",
            place,
        )
    match tree:
        case ast.Name(id=name):
            letters: tuple[str, ...] = ()
        case ast.Subscript(value=ast.Name(id=name)):
            letters = Parser(side, Dimensions()).index_names(tree)
        case _:
            raise InputError("bad-head", f"'{side.text[:40]}' cannot be defined; a head is y or y[j]", place)
    if name in RESERVED:
        raise InputError("reserved-name", f"'{name}' is reserved; choose another name", place)
    if len(set(letters)) != len(letters):
        raise InputError(
            "bad-head", f"a letter is repeated in {side.text}; each head letter stands once", place
        )
    return name, letters


def _relation(line: Line) -> tuple[str, Side, Side]:
    """Operator and sides of an assumption."""
    if len(line.sides) == 2:
        return "=", *line.sides
    if len(line.sides) == 1:
        side, depth = line.sides[0], 0
        for n, ch in enumerate(side.text):
            depth += (ch in "([") - (ch in ")]")
            op = next((r for r in _RELATIONS if depth == 0 and side.text.startswith(r, n)), None)
            if op:
                rest = side.text[n + len(op) :]
                lead = len(rest) - len(rest.lstrip())
                return (
                    op,
                    Side(side.text[:n].rstrip(), side.line, side.column),
                    Side(rest.strip(), side.line, side.column + n + len(op) + lead),
                )
    raise InputError(
        "bad-assumption", "an assumption is one relation: = < <= > >= or !=", line.sides[0].place()
    )


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
