"""A formula's tree to the notation: names and indices resolved, the definitions it needs written before it.

Input: a :class:`Book`, an offset (which definitions hold there) and a :class:`Reading` (how what is
ambiguous is
taken).  Output: the text of an expression, and of the statements that it refers to.  :class:`Unclear` says
what has no meaning here; a row with such a part is never called wrong.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.meaning.applying import applied, is_function
from symderiv.documents.meaning.derivatives import derivative
from symderiv.documents.meaning.primes import at_place
from symderiv.documents.meaning.reading import Env, NotRead, Unclear
from symderiv.documents.meaning.references import References
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    At,
    Big,
    Cases,
    Condition,
    Deriv,
    Div,
    Fn,
    Hadamard,
    Indicator,
    Mark,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    bound_in,
    map_nodes,
    walk,
)
from symderiv.documents.text.written import collapsed
from symderiv.documents.usage.shapes import joint

MAX_DEPTH = 40


class Writer(References):
    """Writes the expressions of one claim; ``statements`` are the definitions they need."""

    # --- expressions ------------------------------------------------------------------------------

    def text(self, node: Node, env: Env | None = None) -> str:
        """``node`` in the notation."""
        env = env or Env(dict(self.reading.same))
        if env.depth > MAX_DEPTH:
            raise Unclear("the definitions refer to one another too deeply", node.at)
        match node:
            case Number(value):
                return str(value) if value >= 0 and value.denominator == 1 else f"({value})"
            case Add(terms) if self.book.entries and (made := collapsed(node, self.book.entries)) != node:
                return self.text(made, env)
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
            case Sym("1"):
                return self.of_ones(node, env)
            case Sym():
                return self.symbol(node, env)
            case Apply():
                return self.applied(node, env)
            case Deriv():
                return derivative(self, node, env)
            case At():
                return at_place(self, node, env)
            case Matrix() if (both := joint(node)) is not None:
                return self.symbol(both, env)
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
        if name in ("sech", "tan"):
            x = self.text(args[0], env)
            return f"(1/cosh({x}))" if name == "sech" else f"(sin({x})/cos({x}))"
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
        if name == "max" and self.reading.active:
            values = [x for x in args if x != Number(Fraction(0))]
            if len(values) == 1:
                return self.text(values[0], env)
        if name in ("max", "min"):
            return f"{name}({', '.join(self.text(a, env) for a in args)})"
        raise Unclear(f"{name} is not understood", node.at)

    # --- sums, conditions -------------------------------------------------------------------------

    def big(self, node: Big, env: Env) -> str:
        if set(node.letters) & self.book.usage.layers:
            return self.over_steps(node, env)
        if self.reading.single & set(node.letters) and node.op == "sum":
            return self.text(node.body, env)
        letters = node.letters or self.missing_letters(node, env)
        node = self.with_letter(node, letters)
        drawn = {m.text.partition("_")[2] for n in walk(node.body) if isinstance(n, Sym) for m in n.sub}
        if drawn & set(letters):  # u_{j_k}, summed over k
            raise Unclear("an index with an index that is summed over", node.at)
        fresh = {x: self.counter.fresh(self.book.usage.letter(x)) for x in letters}
        inner = env.bind(fresh)
        body = self.text(node.body, inner)
        if node.upper and len(letters) == 1 and not re.search(rf"\b{fresh[letters[0]]}\b", body):
            same = self.counter.counts.setdefault(node.upper, fresh[letters[0]])
            if not re.search(rf"\b{same}\b", body):  # two sums of n times the same have as many terms
                fresh = {letters[0]: same}
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
        if len(letters) == 1 and not conditions and (counted := self.counted(node, fresh, body)):
            return counted
        neutral = "1" if node.op == "prod" else "0"
        for c_text in conditions:
            if node.op in ("max", "min"):
                raise Unclear("a maximum over part of a range", node.at)
            body = f"where({c_text}, {body}, {neutral})"
        names = ",".join(fresh[x] for x in letters)
        return f"{node.op}[{names}]({body})"

    def counted(self, node: Big, fresh: dict[str, str], body: str) -> str:
        """A sum of terms that are all the same, as so many times one: no entry says how many there are."""
        ((letter, own),) = fresh.items()
        upper = node.upper.replace("\\", "").strip("{}")
        sizes = {x for x, told in self.book.usage.sizes.items() if any(y == letter for y, _ in told)}
        sizes = {upper} & set(self.book.usage.sizes) if upper else sizes
        if len(sizes) != 1 or node.op not in ("sum", "prod") or re.search(rf"\b{own}\b", body):
            return ""
        if "[" in body:
            return ""  # a sum over another letter than that of its terms: the sum itself says how many
        return f"(<{sizes.pop()}>*{body})" if node.op == "sum" else f"(({body})**(<{sizes.pop()}>))"

    def over_steps(self, node: Big, env: Env) -> str:
        """A sum over steps, read as what one step gives."""
        layers = self.book.usage.layers
        marks = [
            m for n in walk(node.body) if isinstance(n, Sym) for m in (*n.sub, *n.sup) if m.text in layers
        ]
        if not self.reading.steps or node.op != "sum" or any(m.text not in node.letters for m in marks):
            raise Unclear(f"a {node.op} over steps")
        if any(m.shift > 0 for m in marks):
            self.weak.append("the sum may begin at another step")
        return self.text(node.body, env)

    def missing_letters(self, node: Big, env: Env) -> tuple[str, ...]:
        """The letters of a sum that names none: those of its body that stand nowhere else."""
        own = set(env.letters) if env.depth else set()  # of a definition, in which a row's mean nothing
        found: dict[str, None] = {}
        marks = [self.book.usage.split(n)[1] for n in walk(node.body) if isinstance(n, Sym)]
        for m in (m for own_marks in marks for m in own_marks if m.kind == "letter"):
            found.setdefault(m.text)
        inner = bound_in(walk(node.body))
        every = tuple(x for x in found if x not in inner and x not in own)
        letters = tuple(x for x in every if x not in self.reading.keep)
        alone = len(every) == 1 and all(marks)  # its own j, beside that of a row
        letters = letters or (every if env.depth or alone else ())
        if not letters and any(self.is_bare(n) for n in walk(node.body)):
            self.book.usage.letters.add("in0")
            return ("in0",)
        if not letters:
            raise Unclear("a sum whose letter is not clear", node.at)
        return letters

    def is_bare(self, node: Node) -> bool:
        """Whether a node is a name without the index that it has elsewhere."""
        if not isinstance(node, Sym) or node.primes or node.sup:
            return False
        key, marks = self.book.usage.split(node)
        indexed = (node.base, "sub") in self.book.usage.indexed
        return not marks and indexed and not self.book.find(key, 0, self.at)

    def with_letter(self, node: Big, letters: tuple[str, ...]) -> Big:
        """``\\sum e^z``, ``\\sum_j e^z``: a sum over the entries of z."""
        inner = [n for n in walk(node.body) if isinstance(n, (Sym, Apply))]
        marks = [m for n in inner for m in (n.sub if isinstance(n, Apply) else (*n.sub, *n.sup))]
        if len(letters) != 1 or any(m.text == letters[0] for m in marks):
            return node
        mark = Mark("letter", letters[0])

        def put(n: Node) -> Node:
            if isinstance(n, Sym) and self.is_bare(n):
                return replace(n, sub=(*n.sub, mark))
            return map_nodes(n, put)

        return replace(node, body=put(node.body))

    def limit(self, text: str, env: Env) -> str:
        if text.isdigit():
            self.ranged = True
            return text
        base, plus, shift = text.partition("+")
        name = base.replace("\\", "").strip("{}")
        if name in self.book.usage.letters and (not plus or shift.isdigit()):
            return self.letter(name, env) + (f"+{shift}" if plus else "")
        raise Unclear(f"the limit {text} is not understood")

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

    def is_function(self, node: Apply, env: Env) -> bool:
        """Whether ``f(x)`` is a value, not a product."""
        return is_function(self, node, env)

    def applied(self, node: Apply, env: Env) -> str:
        """The text of ``f(x)``."""
        return applied(self, node, env)


def _word(node: Node) -> str:
    return type(node).__name__.lower()


_OPS = {"=": "==", "neq": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
