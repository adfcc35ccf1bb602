"""The part of the writer that resolves names: defined ones with their statements, inputs, entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from symderiv.documents.content.any_density import ANY
from symderiv.documents.content.book import Book
from symderiv.documents.content.definition import Definition
from symderiv.documents.matrix.values import KRONECKER
from symderiv.documents.meaning.implied import summed
from symderiv.documents.meaning.primes import bare_prime
from symderiv.documents.meaning.reading import (
    WITHIN,
    Circular,
    Counter,
    Env,
    NotRead,
    Reading,
    Unclear,
    padded,
)
from symderiv.documents.meaning.unknowns import says_nothing
from symderiv.documents.text.syntax import Mark, Node, Sym, walk, widened


class References:
    """Names of one claim; ``statements`` are the definitions that they need."""

    def __init__(self, book: Book, at: int, reading: Reading, counter: Counter | None = None) -> None:
        self.book, self.at, self.reading = book, at, reading
        self.start = at  # of the row, where what is written here may be of a definition behind it
        self.counter = counter or Counter()
        self.statements: list[str] = []
        self.made: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}
        self.open: list[tuple[int, str]] = []  # definitions that are being written, with their arguments
        self.path: list[str] = []  # the names of the definitions that are open
        self.chosen: dict[tuple[str, int], Definition] = {}  # versions that hold here
        self.cut: set[str] = set()  # names that are inputs here though they are defined
        self.free: dict[str, None] = {}
        self.inputs: dict[str, int] = {}
        self.axes: list[tuple[str, int, str]] = []
        self.bounds: list[tuple[str, str]] = []
        self.opaque: set[str] = set()
        self.noted: list[str] = []  # what a proof takes for granted
        self.hidden: dict[tuple[int, str], set[str]] = {}  # of each definition, what in it is opaque
        self.places: dict[str, None] = {}  # letters of entries that are named by a number
        self.ranged = False  # whether a range begins at a number behind 1
        self.weak: list[str] = []
        self.ones: dict[str, None] = {}  # letters of vectors of ones
        self.loose: set[str] = set()  # sizes that are those of no other letter
        self.dropped_names: set[str] = set()
        self.constant: set[str] = set()  # names that were differentiated as constants and may be none
        self.skip: set[int] = set()  # identities of definitions' elements that may not be used
        self.current: Node | None = None  # the target that a bare prime is by

    # --- letters ----------------------------------------------------------------------------------

    def letter(self, name: str, env: Env) -> str:
        """The notation's letter for an index letter here."""
        seen = env.letters.get(name)
        if seen is not None:
            if seen in env.letters.values() and not seen[-1].isdigit():
                self.free.setdefault(seen)
            return seen
        made = self.book.usage.letter(name)
        self.free.setdefault(made)
        return made

    def mark(self, m: Mark | Node, env: Env) -> str:
        """A position in a condition."""
        if not isinstance(m, Mark):
            raise Unclear("a condition between values")
        if m.kind in ("number", "place"):
            return self.fixed(m)
        if m.kind in ("letter", "word"):
            return self.letter(m.text, env)
        if m.kind == "shift":
            return f"{self.letter(m.text, env)}{m.shift:+d}"
        raise Unclear("a condition that is not understood")

    # --- names ------------------------------------------------------------------------------------

    def symbol(self, sym: Sym, env: Env) -> str:
        if sym.base in env.names and not sym.sup:
            return self.renamed(sym, env)
        if sym.primes:
            return bare_prime(self, sym, env)
        key, indices = self.book.usage.split(sym)
        for name, marks, made in self.reading.put:
            if (key, indices) == (name, marks) or (not indices and key == "_".join([name, *map(str, marks)])):
                return self.text(made, env)  # the second, where a number is taken for a label
        if key == self.reading.hot[0] and len(indices) == 1:
            at = self.reading.hot[1]  # of the row: no letter of the same name that a sum binds
            free = Env({k: v for k, v in env.letters.items() if not v[-1].isdigit()})
            return f"delta[{self.mark(indices[0], env)},{self.letter(at, free)}]"
        if key == KRONECKER or (
            key in ("delta", "I") and len(indices) == 2 and not self.book.definitions.get((key, 2))
        ):
            return f"delta[{','.join(self.mark(m, env) for m in indices)}]"
        if key == "pi" and not indices:
            known = self.book.definitions.get(("pi", 0), [])
            listed = any(d.letters == ("row",) for d in self.book.definitions.get(("pi", 1), []))  # (2, 1, 3)
            if not (known or listed) or (known and sym.style == "number" and all(d.params for d in known)):
                return "pi"
        if key == "e" and not (indices or self.book.by_e or self.book.definitions.get(("e", 0))):
            return "exp(1)"
        if not indices and key in self.book.usage.sizes and not self.book.definitions.get((key, 0)):
            return f"<{key}>"
        here = key in env.letters or self.book.usage.letter(key) in self.reading.keep
        if not indices and here and key in self.book.usage.letters and not self.book.arities(key):
            raise Unclear(f"the index {key} stands as a value", sym.at)
        return self.reference(key, indices, env, sym.at)

    def of_ones(self, sym: Sym, env: Env) -> str:
        """An entry of the vector of ones; in some readings it has as many as a size says."""
        letters = [env.letters.get(m.text) or self.book.usage.letter(m.text) for m in sym.sub]
        self.ones.update(dict.fromkeys(letters))
        if not self.reading.tied or len(letters) != 1:
            return "1"
        statement = "ones[o] = 1 + 0*delta[o,o]"
        if statement not in self.statements:
            self.statements.append(statement)
        return f"ones[{letters[0]}]"

    def renamed(self, sym: Sym, env: Env) -> str:
        """A parameter, or an argument's name in the place of one."""
        made = env.names[sym.base]
        outer = Env(env.letters, {}, env.depth + 1)
        if not isinstance(made, Sym):
            if sym.sub:
                raise Unclear("an index of an argument that is no name", sym.at)
            return self.text(made, outer)
        usage = self.book.usage
        entry = (usage.split(made)[0], len(usage.split(made)[1]) + len(sym.sub))
        if sym.sub and made.sub and entry not in usage.carried:  # an argument of a function of vectors
            raise Unclear("an index of an argument that has one", sym.at)
        both = replace(made, sub=made.sub + sym.sub, sup=made.sup, primes=made.primes + sym.primes)
        return self.symbol(both, outer)

    def reference(
        self, key: str, indices: tuple[Mark, ...], env: Env, at: int,
        alias: Mapping[str, Node] | None = None, count: int | None = None,
    ) -> str:  # fmt: skip
        """A name with its indices: defined, or an input; ``alias``: its arguments, where they are written."""
        arity = len(indices)
        summed: list[str] = []
        found = self.definition(key, arity, count)
        given = [self.position(m, env) for m in indices]
        if found is None:
            others = self.book.arities(key)
            if others and not self.book.definitions.get((key, arity)):
                found = self.dropped(key, others, arity)
                if found is not None and self.reading.total:
                    summed = [self.counter.fresh(self.book.usage.letter(x)) for x in found.letters[arity:]]
                    given = given + summed
                elif found is not None:
                    given = given + [self.letter(x, env) for x in found.letters[arity:]]
            if found is None:
                return self.stacked(key, given) or self.entry(self.input(key, arity), given)
        if (key, arity) in self.book.poisoned:
            self.weak.append(f"a definition of {key} is not read")
        if 0 <= self.at < found.at and found.section > self.book.section_at(self.at):
            self.weak.append(f"{key} is defined only later, in another section")
        self.noted += [found.note] if found.note else []
        self.weak += [f"{key}{ANY if '(' in key else ' is told by an example'}"] if found.example else []
        try:
            ident, implicit = self.emit(found, self.same_vector(found) if alias is None else alias, env)
        except NotRead:
            self.weak.append(f"the definition of {key} is not read")
            return self.entry(self.input(key, arity), given)
        shown = self.entry(ident, given + [self.letter(x, env) for x in implicit])
        for letter in summed:
            shown = f"sum[{letter}]({shown})"
        return shown

    def dropped(self, key: str, others: list[int], arity: int) -> Definition | None:
        """The definition of a name that is written without its indices."""
        if arity or len(others) != 1 or {self.book.usage.ident(key, n) for n in (0, others[0])} & self.cut:
            return None
        found = self.book.find(key, others[0], self.at, skip=self.skip)
        if found is None:
            return None
        if not self.reading.total:
            self.dropped_names.add(key)
        return found

    def definition(self, key: str, arity: int, count: int | None = None) -> Definition | None:
        """The definition that holds here, but for names that are inputs in this reading."""
        if self.book.usage.ident(key, arity) in self.cut:
            return None
        if (key, arity) in self.chosen:
            return self.chosen[key, arity]
        found = self.book.find(key, arity, self.at, count, self.skip)
        unsolved = found is not None and found.solution and found.at > self.start >= 0
        return None if unsolved or (found is not None and says_nothing(self.book, found)) else found

    def same_vector(self, found: Definition) -> dict[str, Node]:
        """The argument of a function of a vector where it is not written: the vector that the text is
        about."""
        if len(found.params) != 1 or not found.letters:
            return {}
        (param,) = found.params
        if not isinstance(param, Sym) or self.current is None or not isinstance(self.current, Sym):
            return {}
        split, find = self.book.usage.split, self.book.find
        made = any(find(split(x)[0], 1, self.at) is not None for x in (param, self.current))
        if self.current.base != param.base and not made:
            used = {n.base for n in walk(found.body) if isinstance(n, Sym)}
            if self.current.base not in used:
                return {param.base: Sym(self.current.base, style=self.current.style)}
        return {}

    def position(self, m: Mark, env: Env) -> str:
        last = m.kind == "letter" and m.text in self.book.usage.sizes and m.text not in env.letters
        if last or m.kind in ("number", "place"):  # the last entry is z_K, where sums go to K
            return self.fixed(m)
        if m.kind == "other":
            raise Unclear(f"the index {m} is not understood")
        return self.mark(m, env)

    def fixed(self, m: Mark) -> str:
        """The letter of an entry that is named by a number (or by the size of its axis): any index that
        is none of the others so named, since no definition tells entries apart."""
        name = f"pos{m.text}" if m.text.isdigit() else self.book.usage.letter(m.text)
        self.places.setdefault(name)
        self.free.setdefault(name)
        return name

    def stacked(self, key: str, given: list[str]) -> str:
        """An entry of X as one of the x_i."""
        if not self.reading.stacked or not is_stacked(self.book, key, len(given)):
            return ""
        name = self.input(key.lower(), 2)
        return self.entry(name, given if self.reading.stacked == "rows" else given[::-1])

    def input(self, key: str, arity: int) -> str:
        if (key, arity) in self.book.poisoned:
            self.weak.append(f"the definition of {key} is not read")
        ident = self.book.usage.ident(key, arity)
        self.inputs[ident] = arity
        return ident

    def entry(self, ident: str, given: list[str]) -> str:
        if not given:
            return ident
        for axis, place in enumerate(given):
            self.axes.append((ident, axis, place))
        return f"{ident}[{','.join(given)}]"

    def emit(self, d: Definition, alias: Mapping[str, Node], env: Env) -> tuple[str, tuple[str, ...]]:
        """Write a definition, once; its name and the letters of its body that its head leaves out."""
        shown = self.shown(alias)
        wanted = (id(d), shown)
        if wanted in self.made:
            self.opaque |= self.hidden[wanted]
            return self.made[wanted]
        if wanted in self.open or sum(x == id(d) for x, _ in self.open) > WITHIN:
            raise Circular(f"{d.key} is defined by itself", d.at, tuple(self.path))
        before = self.at
        self.open.append(wanted)
        self.path.append(self.book.usage.ident(d.key, len(d.letters)))
        try:
            fresh = {x: self.counter.fresh(self.book.usage.letter(x)) for x in d.letters}
            saved, self.free = self.free, {}
            outside, self.opaque = self.opaque, set()
            self.at = max(self.at, d.at)
            meant = d.net if self.reading.net and d.net is not None else d.body
            meant = widened(meant) if self.reading.wide else meant
            if self.reading.implied and d.at >= self.book.implied_sums:
                meant = summed(self.book.usage, meant, set(d.letters))
            body = self.text(meant, Env(fresh, alias, env.depth + 1))
            inner, self.free = self.free, saved
        finally:
            self.at = before
            self.open.pop()
            self.path.pop()
        implicit = tuple(x for x in inner if x not in fresh.values())
        head = [*fresh.values(), *implicit]
        ident = self.book.usage.ident(d.key + (f"({shown})" if shown else ""), len(d.letters), d.version)
        body = padded(body, head)
        self.statements.append(f"{ident}[{','.join(head)}] = {body}" if head else f"{ident} = {body}")
        for axis, x in enumerate(head):
            self.axes.append((ident, axis, x))
        self.made[wanted] = (ident, implicit)
        self.hidden[wanted] = set(self.opaque)
        self.opaque |= outside
        return self.made[wanted]

    def shown(self, alias: Mapping[str, Node]) -> str:
        """What parameters stand for, as a text."""
        return ",".join(f"{k}={_shown(v)}" for k, v in sorted(alias.items()))

    def heads(self) -> set[str]:
        """The names of the definitions that were written."""
        return {s.partition("=")[0].strip().partition("[")[0] for s in self.statements}

    # --- what the writer gives ----------------------------------------------------------------------

    def text(self, node: Node, env: Env | None = None) -> str:
        """``node`` in the notation."""
        raise NotImplementedError

    def inner(self, reading: Reading) -> Self:
        """A writer of the same book for part of a claim."""
        made = type(self)(self.book, self.at, reading, self.counter)
        made.chosen, made.start = self.chosen, self.start
        made.skip, made.open, made.path = self.skip, list(self.open), list(self.path)
        return made


def is_stacked(book: Book, key: str, arity: int) -> bool:
    """Whether a name may be the matrix of vectors that are named by its small letter."""
    small = key.lower()
    known = (small, 2) in book.usage.idents and not book.arities(key)
    return arity == 2 and len(key) == 1 and key != small and known


def _shown(node: Node) -> str:
    if isinstance(node, Sym):
        return node.base + "".join(map(str, node.sub)) + "".join(map(str, node.sup))
    return str(abs(hash(node)) % 10**8)
