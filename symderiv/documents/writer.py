"""A formula's tree to the notation: names and indices resolved, the definitions it needs written before it.

Input: a :class:`Book`, an offset (which definitions hold there) and a :class:`Reading` (how what is
ambiguous is
taken).  Output: the text of an expression, and of the statements that it refers to.  :class:`Unclear` says
what has no meaning here; a row with such a part is never called wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symderiv.documents.book import Book, Definition
from symderiv.documents.reading import Counter, Env, Meaningless, NotRead, Reading, Unclear
from symderiv.documents.syntax import (
    Add,
    Apply,
    Big,
    Cases,
    Condition,
    Deriv,
    Div,
    Fn,
    Hadamard,
    Indicator,
    Mark,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    map_nodes,
    walk,
)

MAX_DEPTH = 40
_BUILTIN = {
    "sigmoid": "sigmoid({})", "relu": "max({}, 0)", "ReLU": "max({}, 0)", "RELU": "max({}, 0)",
    "tanh": "tanh({})",
    "exp": "exp({})", "log": "log({})", "erf": "erf({})", "sign": "sign({})", "sgn": "sign({})",
}  # fmt: skip


class Writer:
    """Writes the expressions of one claim; ``statements`` are the definitions they need."""

    def __init__(self, book: Book, at: int, reading: Reading, counter: Counter | None = None) -> None:
        self.book, self.at, self.reading = book, at, reading
        self.counter = counter or Counter()
        self.statements: list[str] = []
        self.made: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}
        self.open: list[int] = []
        self.cut: set[str] = set()  # names that are inputs here though they are defined
        self.free: dict[str, None] = {}
        self.inputs: dict[str, int] = {}
        self.axes: list[tuple[str, int, str]] = []
        self.bounds: list[tuple[str, str]] = []
        self.opaque: set[str] = set()
        self.weak: list[str] = []
        self.dropped_names: set[str] = set()
        self.skip: set[int] = set()  # identities of definitions' elements that may not be used
        self.current: Node | None = None  # the target that a bare prime is by

    # --- expressions ------------------------------------------------------------------------------

    def text(self, node: Node, env: Env | None = None) -> str:
        """``node`` in the notation."""
        env = env or Env(dict(self.reading.same))
        if env.depth > MAX_DEPTH:
            raise Unclear("the definitions refer to one another too deeply", node.at)
        match node:
            case Number(value):
                return str(value) if value >= 0 and value.denominator == 1 else f"({value})"
            case Add(terms):
                parts = [self.text(t, env) for t in terms]
                return "(" + " + ".join(parts) + ")"
            case Neg(body):
                return f"(-{self.text(body, env)})"
            case Mul(factors):
                return "(" + "*".join(self.text(f, env) for f in factors) + ")"
            case Hadamard(left, right):
                return f"({self.text(left, env)}*{self.text(right, env)})"
            case Div(top, bottom):
                return f"({self.text(top, env)}/{self.text(bottom, env)})"
            case Pow(base, exponent):
                return self.power(base, exponent, env)
            case Fn(name, args):
                return self.function(name, args, env, node)
            case Big():
                return self.big(node, env)
            case Cases(rows):
                return self.cases(rows, env, node)
            case Indicator(condition):
                return self.indicator(condition, env)
            case Sym():
                return self.symbol(node, env)
            case Apply():
                return self.applied(node, env)
            case Deriv():
                from symderiv.documents.derivatives import derivative

                return derivative(self, node, env)
            case _:
                raise NotRead(f"{_word(node)} has no reading with indices here", node.at)

    def power(self, base: Node, exponent: Node, env: Env) -> str:
        if (
            isinstance(base, Apply)
            and not self.is_function(base, env)
            and len(base.args) == 1
            and not base.opaque
        ):
            head, arg = self.text(base.head, env), self.text(base.args[0], env)
            return f"({head}*({arg})**({self.text(exponent, env)}))"
        inner = self.text(exponent, env)
        return f"(({self.text(base, env)})**({inner}))"

    def function(self, name: str, args: tuple[Node, ...], env: Env, node: Node) -> str:
        if name in ("norm", "diag", "tr"):
            raise NotRead(f"{name} has no reading with indices here", node.at)
        if name in (
            "log",
            "exp",
            "sqrt",
            "abs",
            "sign",
            "tanh",
            "sin",
            "cos",
            "sinh",
            "cosh",
            "erf",
            "sigmoid",
        ):
            return f"{name}({self.text(args[0], env)})"
        if name in ("max", "min"):
            return f"{name}({', '.join(self.text(a, env) for a in args)})"
        raise Unclear(f"{name} is not understood", node.at)

    # --- sums, conditions -------------------------------------------------------------------------

    def big(self, node: Big, env: Env) -> str:
        letters = node.letters or self.missing_letters(node)
        fresh = {x: self.counter.fresh(self.book.usage.letter(x)) for x in letters}
        inner = env.bind(fresh)
        body = self.text(node.body, inner)
        conditions: list[str] = []
        for c in node.apart:
            left, right = self.mark(c.left, inner), self.mark(c.right, inner)
            conditions.append(f"{left} {_OPS[c.op]} {right}")
        if node.lower and node.lower not in ("0", "1", "-1") and len(letters) == 1:
            conditions.append(f"{fresh[letters[0]]} >= {self.limit(node.lower, inner)}")
        upper = node.upper.replace("\\", "").strip("{}")
        if (
            len(letters) == 1
            and upper
            and (upper in self.book.usage.letters)
            and upper not in self.book.usage.sizes
        ):
            conditions.append(f"{fresh[letters[0]]} <= {self.limit(upper, inner)}")
        elif len(letters) == 1 and upper:
            self.bounds.append((fresh[letters[0]], upper))
        neutral = "1" if node.op == "prod" else "0"
        for c_text in conditions:
            if node.op in ("max", "min"):
                raise Unclear("a maximum over part of a range", node.at)
            body = f"where({c_text}, {body}, {neutral})"
        names = ",".join(fresh[x] for x in letters)
        return f"{node.op}[{names}]({body})"

    def missing_letters(self, node: Big) -> tuple[str, ...]:
        """The letters of a sum that names none: those of its body that stand nowhere else."""
        found: dict[str, None] = {}
        for n in walk(node.body):
            if isinstance(n, Sym):
                found.update({m.text: None for m in self.book.usage.split(n)[1] if m.kind == "letter"})
        letters = tuple(x for x in found if x not in self.reading.keep)
        if not letters:
            raise Unclear("a sum whose letter is not clear", node.at)
        return letters

    def limit(self, text: str, env: Env) -> str:
        if text.isdigit():
            return text
        base, plus, shift = text.partition("+")
        name = base.replace("\\", "").strip("{}")
        if name in self.book.usage.letters and (not plus or shift.isdigit()):
            return self.letter(name, env) + (f"+{shift}" if plus else "")
        raise Unclear(f"the limit {text} is not understood")

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
        if m.kind == "number":
            return m.text
        if m.kind in ("letter", "word"):
            return self.letter(m.text, env)
        if m.kind == "shift":
            return f"{self.letter(m.text, env)}{m.shift:+d}"
        raise Unclear("a condition that is not understood")

    def condition(self, c: Condition, env: Env) -> str:
        if isinstance(c.left, Mark) and isinstance(c.right, Mark):
            if self.is_position(c):
                return f"{self.mark(c.left, env)} {_OPS[c.op]} {self.mark(c.right, env)}"
            return f"{self.value(c.left, env)} {_OPS[c.op]} {self.value(c.right, env)}"
        return f"{self.text(c.left, env)} {_OPS[c.op]} {self.text(c.right, env)}"

    def is_position(self, c: Condition) -> bool:
        marks = [m for m in (c.left, c.right) if m.kind in ("letter", "word", "shift")]
        return bool(marks) and all(m.text in self.book.usage.letters for m in marks)

    def value(self, m: Mark, env: Env) -> str:
        return m.text if m.kind == "number" else self.symbol(Sym(m.text), env)

    def cases(self, rows: tuple[tuple[Node, Condition | None], ...], env: Env, node: Node) -> str:
        made = ""
        for value, c in reversed(rows):
            shown = self.text(value, env)
            made = shown if not made or c is None else f"where({self.condition(c, env)}, {shown}, {made})"
        if not made:
            raise Unclear("cases without a value", node.at)
        return made

    def indicator(self, c: Condition, env: Env) -> str:
        between = isinstance(c.left, Mark) and c.op in ("=", "neq") and self.is_position(c)
        if between and "number" not in (c.left.kind, c.right.kind):
            left, right = self.mark(c.left, env), self.mark(c.right, env)
            return f"delta[{left},{right}]" if c.op == "=" else f"(1 - delta[{left},{right}])"
        return f"where({self.condition(c, env)}, 1, 0)"

    # --- names ------------------------------------------------------------------------------------

    def symbol(self, sym: Sym, env: Env) -> str:
        if sym.base in env.names and not sym.sup:
            return self.renamed(sym, env)
        if sym.primes:
            from symderiv.documents.derivatives import bare_prime

            return bare_prime(self, sym, env)
        key, indices = self.book.usage.split(sym)
        if key == "delta" and len(indices) == 2 and not self.book.definitions.get(("delta", 2)):
            return f"delta[{','.join(self.mark(m, env) for m in indices)}]"
        if key == "pi" and not indices and not self.book.definitions.get(("pi", 0)):
            return "pi"
        if key == "e" and not indices and not self.book.definitions.get(("e", 0)):
            return "exp(1)"
        if not indices and key in self.book.usage.sizes and not self.book.definitions.get((key, 0)):
            return f"<{key}>"
        if not indices and key in self.book.usage.letters and not self.book.definitions.get((key, 0)):
            raise Unclear(f"the index {key} stands as a value", sym.at)
        return self.reference(key, indices, env, sym.at)

    def renamed(self, sym: Sym, env: Env) -> str:
        """A parameter, or an argument's name in the place of one."""
        made = env.names[sym.base]
        outer = Env(env.letters, {}, env.depth + 1)
        if not isinstance(made, Sym):
            if sym.sub:
                raise Unclear("an index of an argument that is no name", sym.at)
            return self.text(made, outer)
        if sym.sub and made.sub:  # an indexed argument of a function of vectors
            raise Unclear("an index of an argument that has one", sym.at)
        both = replace(made, sub=made.sub + sym.sub, sup=made.sup, primes=made.primes + sym.primes)
        return self.symbol(both, outer)

    def reference(
        self, key: str, indices: tuple[Mark, ...], env: Env, at: int, alias: Mapping[str, Node] = {}
    ) -> str:
        """A name with its indices: defined, or an input."""
        arity = len(indices)
        found = self.definition(key, arity)
        given = [self.position(m, env) for m in indices]
        if found is None:
            others = self.book.arities(key)
            if others and not self.book.definitions.get((key, arity)):
                found = self.dropped(key, others, arity)
                if found is not None:
                    given = given + [self.letter(x, env) for x in found.letters[arity:]]
            if found is None:
                return self.entry(self.input(key, arity), given)
        ident, implicit = self.emit(found, alias or self.same_vector(found), env)
        return self.entry(ident, given + [self.letter(x, env) for x in implicit])

    def dropped(self, key: str, others: list[int], arity: int) -> Definition | None:
        """The definition of a name that is written without its indices."""
        if arity or len(others) != 1 or self.book.usage.ident(key, others[0]) in self.cut:
            return None
        found = self.book.find(key, others[0], self.at)
        if found is None:
            return None
        self.dropped_names.add(key)
        return found

    def definition(self, key: str, arity: int) -> Definition | None:
        """The definition that holds here, but for names that are inputs in this reading."""
        if self.book.usage.ident(key, arity) in self.cut:
            return None
        found = self.book.find(key, arity, self.at)
        if found is not None and found.link[0] in self.skip:
            versions = self.book.definitions[(key, arity)]
            earlier = [d for d in versions if d.active and d.link[0] not in self.skip]
            before = [d for d in earlier if d.at <= self.at]
            found = before[-1] if before else earlier[0] if earlier else None
        return found

    def same_vector(self, found: Definition) -> dict[str, Node]:
        """The argument of a function of a vector where it is not written: the vector that the text is
        about."""
        if len(found.params) != 1 or not found.letters:
            return {}
        (param,) = found.params
        if not isinstance(param, Sym) or self.current is None or not isinstance(self.current, Sym):
            return {}
        if (
            self.current.base != param.base
            and self.book.find(self.book.usage.split(self.current)[0], 1, self.at) is None
        ):
            used = {n.base for n in walk(found.body) if isinstance(n, Sym)}
            if self.current.base not in used:
                return {param.base: Sym(self.current.base, style=self.current.style)}
        return {}

    def position(self, m: Mark, env: Env) -> str:
        if m.kind == "number":
            return f"#{m.text}"
        if m.kind == "other":
            raise Unclear(f"the index {m} is not understood")
        return self.mark(m, env)

    def input(self, key: str, arity: int) -> str:
        if (key, arity) in self.book.poisoned:
            self.weak.append(f"the definition of {key} is not read")
        ident = self.book.usage.ident(key, arity)
        self.inputs[ident] = arity
        return ident

    def entry(self, ident: str, given: list[str]) -> str:
        if not given:
            return ident
        made, wrapped = [], []
        for axis, place in enumerate(given):
            g = place
            if g.startswith("#"):
                fresh = self.counter.fresh("n")
                wrapped.append(f"sum[{fresh} == {g[1:]}](")
                g = fresh
            self.axes.append((ident, axis, g))
            made.append(g)
        return "".join(wrapped) + f"{ident}[{','.join(made)}]" + ")" * len(wrapped)

    def emit(self, d: Definition, alias: Mapping[str, Node], env: Env) -> tuple[str, tuple[str, ...]]:
        """Write a definition, once; its name and the letters of its body that its head leaves out."""
        shown = ",".join(f"{k}={_shown(v)}" for k, v in sorted(alias.items()))
        wanted = (id(d), shown)
        if wanted in self.made:
            return self.made[wanted]
        if id(d) in self.open:
            raise Unclear(f"{d.key} is defined by itself", d.at)
        self.open.append(id(d))
        try:
            fresh = {x: self.counter.fresh(self.book.usage.letter(x)) for x in d.letters}
            saved, self.free = self.free, {}
            before = self.at
            self.at = max(self.at, d.at)
            body = self.text(d.body, Env(fresh, alias, env.depth + 1))
            inner, self.free = self.free, saved
            self.at = before
        finally:
            self.open.pop()
        implicit = tuple(x for x in inner if x not in fresh.values())
        head = [*fresh.values(), *implicit]
        ident = self.book.usage.ident(d.key + (f"({shown})" if shown else ""), len(d.letters), d.version)
        body = padded(body, head)
        self.statements.append(f"{ident}[{','.join(head)}] = {body}" if head else f"{ident} = {body}")
        for axis, x in enumerate(head):
            self.axes.append((ident, axis, x))
        self.made[wanted] = (ident, implicit)
        return self.made[wanted]

    # --- f(x) -------------------------------------------------------------------------------------

    def is_function(self, node: Apply, env: Env) -> bool:
        """Whether ``f(x)`` is a value, not a product."""
        from symderiv.documents.applying import is_function

        return is_function(self, node, env)

    def applied(self, node: Apply, env: Env) -> str:
        from symderiv.documents.applying import applied

        return applied(self, node, env)


def padded(body: str, letters: list[str] | tuple[str, ...]) -> str:
    """``body`` with every letter in it (a term that is 0 and holds it)."""
    import re

    present = set(re.findall(r"[A-Za-z]\w*", body))
    extra = [x for x in letters if x not in present]
    return body + "".join(f" + 0*delta[{x},{x}]" for x in extra)


def substituted(node: Node, names: Mapping[str, Node]) -> Node:
    """``node`` with plain names replaced."""
    if isinstance(node, Sym) and node.base in names and not node.sub and not node.sup:
        return names[node.base]
    return map_nodes(node, lambda n: substituted(n, names))


def _shown(node: Node) -> str:
    if isinstance(node, Sym):
        return node.base + "".join(map(str, node.sub)) + "".join(map(str, node.sup))
    return str(abs(hash(node)) % 10**8)


def _word(node: Node) -> str:
    return type(node).__name__.lower()


_OPS = {"=": "==", "neq": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


__all__ = [
    "Counter",
    "Env",
    "Meaningless",
    "NotRead",
    "Reading",
    "Unclear",
    "Writer",
    "padded",
    "substituted",
]
