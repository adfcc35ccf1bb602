"""Matrix notation to indices: each tree becomes its entry at a row and a column.

Input: a tree and the :class:`~.usage.shapes.Shapes` of its names.  Output: a :class:`Value`: scalar, column,
row or matrix, and the tree of its entry at given places.  What people write in two ways (the layout of a
derivative, a dot between two columns, an unknown function of a vector) is a :class:`World`; a row is
judged in each world in which its sides fit.  :class:`Misfit` says why they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import reduce

from symderiv.documents.matrix.inverses import Inverses, cancelled, distributed, is_inverse
from symderiv.documents.matrix.slopes import chained, runs, slope
from symderiv.documents.matrix.summed import softmax, squares
from symderiv.documents.matrix.values import (
    AXES,
    ENTRYWISE,
    KRONECKER,
    OF_RANK,
    TRANSPOSED,
    TWO,
    Marks,
    Misfit,
    Value,
    World,
    checked,
    delta,
    is_bare,
    put,
    scalar,
    times_delta,
)
from symderiv.documents.text.syntax import (
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
    Marked,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
    outer_of,
    walk,
)
from symderiv.documents.text.vocabulary import FUNCTION_LIKE, SOFTMAX
from symderiv.documents.usage.shapes import Name, Shapes


class Lowering:
    """Lowers trees in one world."""

    def __init__(
        self, shapes: Shapes, world: World, functions: dict[str, int | None], fresh: Callable[[], str]
    ) -> None:
        self.shapes, self.world, self.functions, self.fresh = shapes, world, functions, fresh
        self.inverses, self.summed = Inverses(), frozenset[str]()  # the letters of sums anywhere
        self.gradients: frozenset[Name] = frozenset()  # names of derivatives of a number by a vector
        self.wholes: dict[str, list[tuple[tuple[str, ...], Node]]] = {}  # what names are defined as
        self.inputs: dict[str, Node] = {}  # the one argument that functions are defined with
        self.frobenius = False  # whether a norm without a mark is Frobenius', as one with it is
        self.written: dict[Name, Matrix] = {}  # matrices that are written out elsewhere

    def value(self, node: Node) -> Value:
        """The value of a tree; a scalar that holds no vector is the tree itself."""
        match node:
            case Number():
                return scalar(node)
            case Indicator(c):
                if isinstance(c.left, Mark):
                    return scalar(replace(node, condition=self.condition(c)))
                sides = [self.value(c.left), self.value(c.right)]  # 1[z > 0], of each entry
                return self.entrywise(
                    sides, lambda es: replace(node, condition=replace(c, left=es[0], right=es[1]))
                )
            case Sym():
                return self.symbol(node)
            case Neg(body):
                v = self.value(body)
                return self.mapped(node, v, lambda e: replace(node, body=e))
            case Add(terms):
                values = [self.value(t) for t in terms]
                if {v.kind for v in values} == {"m", "s"}:  # diag(y) - y^T y, of a row y
                    values = [self.value(outer_of(t)) for t in terms]
                return self.entrywise(values, lambda es: replace(node, terms=es))
            case Mul(factors):
                return self.product(node, factors)
            case Hadamard(left, right):
                return self.hadamard(node, left, right)
            case Div(top, bottom):
                both = [self.value(top), self.value(bottom)]
                if both[1].kind == "m":
                    raise Misfit("a division by a matrix")
                return self.entrywise(both, lambda es: replace(node, top=es[0], bottom=es[1]))
            case Pow(base, exponent):
                return self.power(node, base, exponent)
            case Transpose(body):
                return self.transposed(body)
            case Fn(name, args):
                return self.function(node, name, args)
            case Apply():
                return self.applied(node)
            case Big(op, letters, _, _, _, body):
                v = self.value(body)
                if v.kind in ("c", "r") and op == "sum" and not _is_bound(body, letters or self.summed):
                    letter = self.fresh()  # \sum e^z, over the entries of z
                    return scalar(Big(op, (letter,), "", "", (), v.entry((Mark("letter", letter),))))
                if v.kind != "s" and op not in ("sum",):
                    raise Misfit(f"a {op} of vectors")
                return self.mapped(node, v, lambda e: replace(node, body=e))
            case Deriv():
                return slope(self, node)
            case Cases(rows):
                made = tuple((self.single(x), c and self.condition(c)) for x, c in rows)
                return scalar(node if made == rows else replace(node, rows=made))
            case Marked(body, sub):
                return self.marked(node, body, sub)
            case Matrix():
                return self.explicit(node)
            case _:
                raise Misfit(f"{type(node).__name__.lower()} is not read with vectors")

    def single(self, node: Node) -> Node:
        """The tree of a scalar."""
        v = self.value(node)
        if v.kind != "s":
            raise Misfit("a vector where a scalar should be")
        return v.entry(())

    def condition(self, c: Condition) -> Condition:
        sides = [self.single(x) if isinstance(x, Node) else x for x in (c.left, c.right)]
        return replace(c, left=sides[0], right=sides[1])

    # --- names ------------------------------------------------------------------------------------

    def symbol(self, sym: Sym) -> Value:
        key, marks = self.shapes.usage.split(sym)
        if sym.base == "1":
            return Value("c", lambda m: Sym("1", m, style="bold"))
        if key == "I" and not marks and not self.shapes.counts.get("I", set()) - {0}:
            return Value("m", lambda m: delta(*map(self.place, m)))
        if self.shapes.name(sym) in self.shapes.units:  # e_k, the k-th unit vector
            return Value("c", lambda m: delta(m[0], self.place(sym.sub[0])))
        slope = sym.primes and self.shapes.name(sym) not in self.shapes.primed
        rank = (self.shapes.of(sym) or 0) if not slope else 0
        told = self.shapes.name(sym) in self.shapes.told
        if not rank or key == KRONECKER or (key == "delta" and rank == 2 and not told):
            return scalar(sym)
        if not slope and (table := self.written.get(self.shapes.name(sym))) is not None:
            return self.explicit(table)
        kind = (
            "r"
            if rank == 1
            and (self.world.flat or (self.world.as_rows and self.shapes.name(sym) in self.gradients))
            else OF_RANK[rank]
        )
        if rank == 1 and len(marks) == 1 and key in self.shapes.columns:
            return Value(kind, lambda m: replace(sym, sub=(*map(self.place, m), *sym.sub)))
        return Value(kind, lambda m: replace(sym, sub=(*sym.sub, *map(self.place, m))))

    def place(self, m: Mark) -> Mark:
        """A mark that is surely an index."""
        fixed = m.kind == "number" or (m.kind == "letter" and m.text not in self.shapes.usage.letters)
        return Mark("place", m.text) if fixed else m

    def marked(self, node: Marked, body: Node, sub: Marks) -> Value:
        v = self.value(body)
        if v.kind == "s":
            return scalar(replace(node, body=v.entry(())))
        if len(sub) != AXES[v.kind]:
            raise Misfit("an index of a matrix alone")
        return scalar(v.entry(sub))

    # --- sums and products ------------------------------------------------------------------------

    def mapped(self, node: Node, v: Value, change: Callable[[Node], Node]) -> Value:
        if v.kind == "s":
            return scalar(change(v.entry(())))
        return Value(v.kind, lambda m: change(v.entry(m)), v.places)

    def entrywise(self, values: Sequence[Value], made: Callable[[tuple[Node, ...]], Node]) -> Value:
        """Entry by entry; scalars stand at every entry."""
        kinds = {v.kind for v in values} - {"s"}
        if not kinds:
            return scalar(made(tuple(v.entry(()) for v in values)))
        if len(kinds) > 1:
            raise Misfit("a sum of different shapes")
        (kind,) = kinds
        places = tuple(
            next((v.along(a) for v in values if v.kind == kind and v.along(a)), None)
            for a in range(AXES[kind])
        )
        return Value(kind, lambda m: made(tuple(v.entry(() if v.kind == "s" else m) for v in values)), places)

    def hadamard(self, node: Hadamard, left: Node, right: Node) -> Value:
        values = [self.value(left), self.value(right)]
        if self.world.as_rows and {v.kind for v in values} == {"c", "r"}:  # a gradient and a vector
            values = [replace(v, kind="r") for v in values]
        return self.entrywise(values, lambda es: replace(node, left=es[0], right=es[1]))

    def product(self, node: Mul, factors: Sequence[Node]) -> Value:
        while isinstance(factors[0], Mul):
            factors = (*factors[0].factors, *factors[1:])
        if self.world.cancel and any(is_inverse(n) for f in factors for n in walk(f)):
            factors = cancelled([self.opened(f) for f in factors])
            if (apart := distributed(factors)) is not None:
                return self.value(apart)
        first, rest = factors[0], factors[1:]
        if isinstance(first, Hadamard) and rest:
            whole = replace(first, right=Mul((first.right, *rest)))
            if self.world.loose and is_bare(first):
                return self.value(whole)
            try:
                return self.multiplied([self.value(f) for f in factors])
            except Misfit:  # the sign of an entrywise product binds less than a product does
                return self.value(whole)
        if len(joined := runs(factors)) < len(factors):
            with suppress(Misfit):
                return self.multiplied(
                    [chained(self, f) if isinstance(f, tuple) else self.value(f) for f in joined]
                )
        try:
            values = [self.value(f) for f in factors]
        except Misfit:
            if isinstance(first, Div) and rest and isinstance(first.bottom, Transpose):  # z / 1^T z
                return self.value(replace(first, bottom=Mul((first.bottom, *rest))))
            raise
        if all(v.kind == "s" for v in values):
            entries = tuple(v.entry(()) for v in values)
            return scalar(node if entries == factors else replace(node, factors=entries))
        if self.world.diagonal and {v.kind for v in values} == {"m"} and any(map(_adds_number, factors)):
            return self.entrywise(values, Mul)  # \\sigma(Z) (1 - \\sigma(Z)), of each entry
        return self.multiplied(values)

    def opened(self, node: Node) -> Node:
        """A product that is written like a value: ``W(Xb + c)``, ``X(X^T X)^{-1}``."""
        if isinstance(node, Mul):
            return replace(node, factors=tuple(self.opened(f) for f in node.factors))
        inner = node.base if isinstance(node, Pow) else node
        if not isinstance(inner, Apply) or not self.is_product(inner):
            return node
        last = replace(node, base=inner.args[0]) if isinstance(node, Pow) else inner.args[0]
        return Mul((inner.head, last), at=node.at, end=node.end)

    def multiplied(self, values: Sequence[Value]) -> Value:
        return reduce(self.times, values)

    def times(self, a: Value, b: Value) -> Value:
        if "s" in (a.kind, b.kind):
            return self.entrywise([a, b], Mul)
        pair = a.kind + b.kind
        if pair in ("cc", "rr"):
            if self.world.inner:
                return self.contracted(a, b, "s")
            return self.entrywise([a, b], Mul)
        if pair == "cr":
            return Value(
                "m",
                lambda m: Mul((a.entry(m[:1]), b.entry(m[1:]))),
                (a.along(0), b.along(0)),
            )
        kinds = {"rc": "s", "mc": "c", "rm": "r", "mm": "m"}
        if pair not in kinds:
            raise Misfit("a product of shapes that do not fit")
        return self.contracted(a, b, kinds[pair])

    def contracted(self, a: Value, b: Value, kind: str) -> Value:
        """The sum over the last axis of one and the first of the other."""
        outer = (AXES[a.kind] - 1, AXES[b.kind] - 1)
        known = a.along(outer[0]) or b.along(0)

        letter = self.fresh()

        def entry(m: Marks) -> Node:
            before, after = m[: outer[0]], m[outer[0] :]

            def at(k: Mark) -> Node:
                return Mul((a.entry((*before, k)), b.entry((k, *after))))

            if known is None:
                return Big("sum", (letter,), "", "", (), at(Mark("letter", letter)))
            if None in known:
                raise Misfit("a sum over an ellipsis")
            terms = tuple(at(k) for k in known if k is not None)
            return Add(terms) if len(terms) > 1 else terms[0]

        places = (*(a.places[: outer[0]] or (None,) * outer[0]), *(b.places[1:] or (None,) * outer[1]))
        return checked(Value(kind, entry, places))

    def power(self, node: Pow, base: Node, exponent: Node) -> Value:
        if isinstance(base, Fn) and base.name in ("norm", "normF") and exponent == TWO:
            return scalar(squares(self, base))
        if (product := self.opened(node)) is not node:
            return self.value(product)
        v, e = self.value(base), self.value(exponent)
        if e.kind != "s":
            raise Misfit("a power that is a vector")
        if v.kind == "s":
            return scalar(replace(node, base=v.entry(()), exponent=e.entry(())))
        if v.kind == "m" and is_inverse(node):
            return self.inverses.value(base, v)
        if v.kind == "m" and exponent != TWO:
            raise Misfit("a power of a matrix (an inverse) has no reading with indices")
        if self.world.inner and exponent == TWO:
            return self.contracted(v, v, "m" if v.kind == "m" else "s")
        return self.mapped(node, v, lambda x: replace(node, base=x, exponent=e.entry(())))

    def transposed(self, body: Node) -> Value:
        if isinstance(body, Matrix) and body.column:
            return self.explicit(body)
        if isinstance(body, Apply) and (self.is_product(body) or self.is_beside(body)):  # p (K^T p)^T
            return self.value(Mul((body.head, Transpose(body.args[0])), at=body.at, end=body.end))
        v = self.value(body)
        return Value(TRANSPOSED[v.kind], lambda m: v.entry(m[::-1]), v.places[::-1])

    # --- functions --------------------------------------------------------------------------------

    def function(self, node: Fn, name: str, args: Sequence[Node]) -> Value:
        if name in ("norm", "normF"):
            return scalar(Fn("sqrt", (squares(self, node),)))
        values = [self.value(a) for a in args]
        if name == "det" or (name == "abs" and values[0].kind == "m"):
            return self.inverses.determinant(args[0], values[0])
        if name == "inner":
            if {values[0].kind, values[1].kind} not in ({"c"}, {"r"}):
                raise Misfit("an inner product of what are no vectors")
            return self.contracted(values[0], values[1], "s")
        if name == "abs" and self.world.inner and values[0].kind in "cr":
            return scalar(Fn("sqrt", (squares(self, node),)))  # |a|, how long it is
        if name in ("diag", "tr"):
            return self.diagonal(name, values[0])
        if name in ENTRYWISE or name in ("max", "min"):
            return self.entrywise(values, lambda es: replace(node, args=es))
        raise Misfit(f"{name} is not read with vectors")

    def diagonal(self, name: str, v: Value) -> Value:
        if name == "tr" and v.kind == "s":
            return v
        if name == "tr" and v.kind == "m" and v.along(0) is None:
            letter = self.fresh()
            k = Mark("letter", letter)
            return scalar(Big("sum", (letter,), "", "", (), v.entry((k, k))))
        if name == "diag" and v.kind == "s":  # diag(p_i)
            node = v.entry(())
            letters = {m for n in walk(node) if isinstance(n, Sym) for m in self.shapes.usage.split(n)[1]}
            letters = {m for m in letters if m.kind == "letter"}
            if len(letters) == 1:
                (own,) = letters
                v = Value("c", lambda m: put(node, own, m[0]))
        if name == "diag" and v.kind in ("c", "r"):
            places = (v.along(0), v.along(0))
            return Value("m", lambda m: times_delta(v.entry(m[:1]), tuple(map(self.place, m))), places)
        if name == "diag" and v.kind == "m":
            return Value("c", lambda m: v.entry((m[0], m[0])), v.places[:1])
        raise Misfit(f"{name} of this shape")

    def is_product(self, node: Apply) -> bool:
        """Whether a name with a shape stands before a bracket that is no name."""
        head = node.head
        called = head.primes or head.base in self.shapes.called
        if node.opaque or called or len(node.args) != 1 or isinstance(node.args[0], Sym):
            return False
        return bool(self.shapes.of(head)) and not self.functions.get(self.shapes.usage.split(head)[0])

    def is_beside(self, node: Apply) -> bool:
        """Whether a name that also stands alone, with a shape, stands before a vector in brackets:
        ``\\delta (a)^T``."""
        name = self.shapes.name(node.head)
        alone = name in self.shapes.alone and not node.opaque and not node.head.primes
        return (
            alone
            and len(node.args) == 1
            and bool(self.shapes.rank.get(name) and self.shapes.seen(node.args[0]))
        )

    def applied(self, node: Apply) -> Value:
        if node.opaque:
            return scalar(node)
        head = node.head
        key, marks = self.shapes.usage.split(head)
        rank = self.shapes.rank.get(self.shapes.name(head), 0) if not head.primes else 0
        if key in self.functions and self.functions[key] is not None:
            rank = self.functions[key] or 0  # said of vectors: its own indices
            values = [self.value(a) for a in node.args if not isinstance(a, Sym)]
            if any(v.kind != "s" for v in values):
                raise Misfit(f"{key} of an expression")
            if not rank or node.sub or len(marks) >= rank:
                return scalar(node)
            return Value(OF_RANK[rank], lambda m: replace(node, sub=(*node.sub, *m)))
        if self.shapes.is_number(node):
            return scalar(node)
        values = [self.value(a) for a in node.args]
        if self.is_product(node):
            return self.value(self.opened(node))  # y (1 - p)
        named = bool(rank) and not node.sub and all(isinstance(a, Sym) for a in node.args)
        if all(v.kind == "s" for v in values) and not (named and len(node.args) == 1 and not marks):
            entries = tuple(v.entry(()) for v in values)
            return scalar(node if entries == node.args else replace(node, args=entries))
        if head.base in SOFTMAX and len(values) == 1 and key not in self.functions:
            v = softmax(self, values[0])
            return scalar(v.entry(node.sub)) if node.sub else v
        of_vector = len(values) == 1 and values[0].kind != "s"
        expression = of_vector and isinstance(node.args[0], Add) and not (node.sub or head.primes)
        number = len(marks) > 1 or (len(marks) == 1 and head.base not in FUNCTION_LIKE)
        if expression and number and key not in self.functions:
            return self.value(Mul((head, node.args[0]), at=node.at, end=node.end))  # r_{nk} (x_n - m_k)
        if of_vector and (key in self.functions or self.world.entrywise) and not marks:
            v = self.mapped(node, values[0], lambda e: replace(node, args=(e,), sub=()))
            return scalar(v.entry(node.sub)) if node.sub else v
        if named:
            return Value(OF_RANK[rank], lambda m: replace(node, sub=m))
        return scalar(node)

    # --- written out ------------------------------------------------------------------------------

    def explicit(self, node: Matrix) -> Value:
        from symderiv.documents.matrix.entries import table_of

        return table_of(self, node)


def _adds_number(node: Node) -> bool:
    return isinstance(node, Add) and any(isinstance(t, Number) for t in node.terms)


def _is_bound(body: Node, letters: Collection[str]) -> bool:
    """Whether a sum's letter stands in its body."""
    names = [n for n in walk(body) if isinstance(n, Sym)]
    return any(n.base in letters for n in names) or any(
        m.text in letters or m.kind == "shift" for n in names for m in (*n.sub, *n.sup)
    )
