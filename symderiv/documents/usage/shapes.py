"""How many indices each plain name of a document stands for: declared, used, or told from what it meets.

Input: the trees of a document's rows.  Output: :class:`Shapes`, the number of indices that a name (with
the marks it carries) leaves out: 0 a scalar, 1 a column, 2 a matrix.  ``z \\in \\mathbb{R}^C``, ``z_i``
elsewhere and bold letters say it outright; a name that is transposed, multiplied entry by entry or added
to a vector has the shape that this needs.  Whether the rows then fit is found by :mod:`.matrix.matrices`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.text.marks import GREEK
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Deriv,
    Div,
    Fn,
    Hadamard,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
    bound_in,
    children,
    map_nodes,
    walk,
)
from symderiv.documents.text.vocabulary import SOFTMAX
from symderiv.documents.usage.columns import columns_of
from symderiv.documents.usage.nablas import SIGN, SLOPE, styles_of
from symderiv.documents.usage.ranked import (
    bare,
    dimensions,
    factors_of,
    is_capital,
    is_entrywise,
    is_row_of,
    names_in_column,
    rank_of_product,
)
from symderiv.documents.usage.scalars import bold_entries, numbers, of_products, of_softmax, states
from symderiv.documents.usage.usage import Usage

_ENTRYWISE = frozenset("exp log sqrt abs sign tanh sin cos sinh cosh erf sigmoid".split())

#: A letter that stands without marks in what is read as a whole.
_ALONE = re.compile(r"(?<![A-Za-z\\_])[A-Za-z](?![A-Za-z_^])")
#: Key, number of indices below, number of indices above.
Name = tuple[str, int, int]


class Shapes:
    """Ranks of names; ``told`` are those that the document says outright."""

    def __init__(self, usage: Usage, declared: Iterable[tuple[Node, Node]]) -> None:
        self.usage = usage
        self.rank: dict[Name, int] = {}
        self.called: set[str] = set()  # names that stand as \\sigma(z)_i: of functions
        self.free = SOFTMAX  # functions of vectors that the document does not define
        self.told: set[Name] = set()
        self.bold: set[Name] = set()
        self.backed: set[Name] = set()
        self.often: dict[Name, int] = {}
        self.counts: dict[str, set[int]] = {}
        self.alone: set[Name] = set()  # names that stand somewhere without an argument
        self.columns: set[str] = set()  # names whose vectors are columns
        self.changed = False
        self.by_bold = False  # whether gradients are by names in bold
        self.units: set[Name] = set()  # unit vectors
        self.primed: set[Name] = set()  # h' = (1 - z) . n + z . h: vectors of their own
        for name, space in declared:
            rank = dimensions(space)
            if rank is not None:
                for n in (name.body,) if isinstance(name, Transpose) else (name,):
                    if isinstance(n, Sym):
                        self.rank[self.name(n)] = rank
                        self.told.add(self.name(n))

    def name(self, sym: Sym) -> Name:
        """The key of a name and how many indices it carries."""
        key, marks = self.usage.split(sym)
        key = self.usage.level(key)  # one shape in every layer
        above = sum(self.usage.is_index(sym, m, "sup") for m in sym.sup)
        return key, len(marks) - above, above

    def of(self, sym: Sym) -> int | None:
        """The rank of a name as it stands; None where nothing tells it.  A gradient has that of its name."""
        for sign in (s for s in (SIGN, SLOPE) if sym.base.startswith(s)):
            return self.of(replace(sym, base=sym.base.removeprefix(sign)))
        name = self.name(sym)
        if sym.style == "number":
            return 0  # pi, where pi_k are weights
        if name in self.bold and sym.style != "bold":
            return None  # x, where bold x is the vector
        rank = self.rank.get(name)
        return self.of(of) if rank is None and (of := self.differential(sym)) is not None else rank

    def differential(self, sym: Sym) -> Sym | None:
        """The X of ``dX``: both are of one shape."""
        base = sym.base[1:]
        return replace(sym, base=base) if sym.base[:1] == "d" and base in self.usage.bases else None

    def learn(self, statements: Sequence[Sequence[Node]]) -> None:
        """Ranks from all chains ``a = b = c`` together."""
        nodes = [n for s in statements for e in s for n in walk(e)]
        heads = {id(n.head) for n in nodes if isinstance(n, Apply)}
        self.primed = {self.name(h) for h in states(statements, nodes)}
        self.by_bold = any("bold" in styles_of(n) for n in nodes)
        for n in nodes:
            if isinstance(n, Sym):
                key, below, above = name = self.name(n)
                if id(n) not in heads:
                    self.alone.add(name)
                self.counts.setdefault(key, set()).add(below + above)
                self.often[name] = self.often.get(name, 0) + 1
        for _ in range(3):
            for s in statements:
                self.total(s)
        for name in self.alone:  # W, where there are w_{ij}
            key, below, above = name
            if len(key) == 1 and key.isupper() and not below + above and self.counts.get(key.lower()) == {2}:
                self.rank.setdefault(name, 2)
        self.columns = columns_of(self.usage, nodes)
        arguments = self.arguments(statements)
        of_vectors = {
            self.name(n.head) for n in nodes if isinstance(n, Apply)
            for a in n.args
            if not isinstance(a, Sym) or a.style == "bold" or self.counts[self.name(a)[0]] != {0}
        }  # fmt: skip
        self.rank |= {n: 0 for n in bold_entries(self, statements) if n not in self.rank}
        for n in nodes:
            if not isinstance(n, Sym) or n.base in ("", "1") or n.primes:
                continue
            if (name := self.name(n)) in self.rank:
                continue
            key, below, above = name
            more = [o for o in self.often if o[0] == key and not o[2] and o[1] > below]
            upper = key[:1].isupper()
            if n.style == "bold" and below + above <= 1 and not (more and below) and not (above and upper):
                self.rank[name] = 2 if upper and not below else 1
                if not (upper and below):
                    self.told.add(name)
                    self.bold.add(name)
                else:
                    del self.rank[name]
            elif name in arguments:
                continue
            elif more and not below and not above and (name in self.alone or name in of_vectors):
                common = max(more, key=lambda o: self.often[o])[1]
                if common <= 2:
                    self.rank[name] = common
        for n in nodes:  # C, differentiated by a_j, is a number
            if (
                isinstance(n, Deriv)
                and n.kind == "partial"
                and isinstance(n.body, Sym)
                and len(n.targets) == 1
            ):
                key, *_ = name = self.name(n.body)
                target = n.targets[0]
                entry = isinstance(target, Sym) and any(self.name(target)[1:])
                if entry and self.counts.get(key) == {0} and n.body.style != "bold" and not n.body.primes:
                    self.rank.setdefault(name, 0)
        found = numbers(self, statements) | of_products(self, statements) | of_softmax(self, statements)
        for name in found:
            self.rank.setdefault(name, 0)
        self.backed = set(self.rank)
        for _ in range(4):
            self.changed = False
            for s in statements:
                ranks = [self.seen(e) for e in s]
                most = max((r for r in ranks if r), default=0)
                if most:
                    for e in s:
                        self.expect(e, most)
            if not self.changed:
                break

    def total(self, chain: Sequence[Node]) -> None:
        """A name for what is summed over all its indices is a number: ``m = 1/n sum_i x_i``; so is the value
        of a function.  A name for a column that is written out is a vector."""
        head, *sides = chain
        if isinstance(head, Apply) and not head.sub and all(isinstance(a, Sym) for a in head.args):
            head = head.head
        if not isinstance(head, Sym) or head.primes or head.style == "bold" or any(self.name(head)[1:]):
            return
        for side in sides:
            if isinstance(side, Matrix) and side.column:
                self.rank.setdefault(self.name(head), 1)
            bare = self._without_values(side)
            nodes = list(walk(bare))
            bound = bound_in(nodes)
            hard = any(isinstance(n, (Apply, Transpose, Hadamard, Matrix, Deriv)) for n in nodes)
            summed = (bound or bare != side) and not hard
            if summed and all(self._is_number(n, bound) for n in nodes if isinstance(n, Sym)):
                self.rank.setdefault(self.name(head), 0)

    def _without_values(self, node: Node) -> Node:
        """A tree with 1 for the values of functions that are numbers."""
        if isinstance(node, Apply) and self.is_number(node):
            return Number(Fraction(1))
        return map_nodes(node, self._without_values)

    def is_number(self, node: Apply) -> bool:
        """Whether a function's value is known to be a number, whatever it is taken of."""
        bare = not (node.sub or node.head.primes or node.opaque)
        return (
            bare and self.rank.get(self.name(node.head)) == 0 and all(isinstance(a, Sym) for a in node.args)
        )

    def _is_number(self, sym: Sym, bound: set[str]) -> bool:
        """Whether a name is a size or a number, or an entry all of whose indices are summed over."""
        name = self.name(sym)
        if not any(name[1:]):
            return self.rank.get(name) == 0 or sym.base in self.usage.sizes or sym.base == "pi"
        return sym.style != "bold" and {m.text for m in self.usage.split(sym)[1]} <= bound

    def arguments(self, statements: Sequence[Sequence[Node]]) -> set[Name]:
        """Names that stand without indices only where a function of a number is defined: ``p(x | m) = ...``
        beside ``p(x_i | m)``."""
        found: set[Name] = set()
        others: set[Name] = set()
        for s in statements:
            names = [n for e in s for n in walk(e) if isinstance(n, Sym) and not n.primes]
            with_indices = {self.name(n)[0] for n in names if any(self.name(n)[1:])}
            heads = [n for n in walk(s[0]) if isinstance(n, Apply)] if len(s) > 1 else []
            given = {a.base for h in heads for a in h.args if isinstance(a, Sym)}
            given |= {x for h in heads for x in _ALONE.findall(h.opaque)}
            given |= {
                x for h in heads for x in re.findall(r"\\?([A-Za-z]+)(?![_A-Za-z])", h.opaque) if x in GREEK
            }
            hard = any(
                isinstance(n, (Transpose, Hadamard)) or (isinstance(n, Fn) and n.name not in _ENTRYWISE)
                for e in s
                for n in walk(e)
            )
            for n in names:
                name = self.name(n)
                if not any(name[1:]) and n.style != "bold":
                    scalar = n.base in given and name[0] not in with_indices and not hard
                    (found if scalar else others).add(name)
        return found - others

    # --- what a tree says -----------------------------------------------------------------------

    def expect(self, node: Node, rank: int) -> None:
        """A name that stands for a tree of such a rank has it."""
        if isinstance(node, Neg):
            self.expect(node.body, rank)
        elif isinstance(node, Sym):
            if not any(self.name(node)[1:]):  # what has indices is an entry, unless its own form says else
                self.set(node, rank)
        elif isinstance(node, (Apply, Fn)) and is_entrywise(node) and rank:
            self.expect(node.args[0], rank)
        elif isinstance(node, Mul) and rank == 2 and not self.seen(node):
            for f in factors_of(node):  # \tanh(X W_1), a matrix
                if isinstance(f, Sym) and is_capital(f):
                    self.expect(f, rank)
        elif isinstance(node, Deriv) and node.kind == "partial" and len(node.targets) == 1 and rank:
            (by,) = node.targets  # of a product with a transpose the rank is not told yet
            early = rank == 1 and isinstance(by, Sym) and is_capital(by)
            if node.body is not None and not self.seen(node.body) and not early:
                self.expect(by, rank)
        elif isinstance(node, Apply) and not node.sub and all(isinstance(a, Sym) for a in node.args):
            if not node.head.primes and max((self.seen(a) for a in node.args), default=0) != rank:
                self.set(node.head, rank)
        elif isinstance(node, Add):
            for t in node.terms:
                if isinstance(t, (Sym, Neg)):
                    self.expect(t, rank)

    def set(self, sym: Sym, rank: int) -> None:
        """Tell a name's rank, unless it is known, or is a number, a size, an index."""
        sym = replace(sym, base=sym.base.removeprefix(SIGN).removeprefix(SLOPE))
        name = self.name(sym)
        known = name in self.rank or (sym.primes and name not in self.primed)
        known = known or sym.base in self.usage.letters
        known = known or (self.differential(sym) is not None and self.of(sym) is not None)
        if known or (not any(name[1:]) and sym.base in self.usage.sizes) or name[0] in ("pi", "1", "Sum"):
            return
        self.rank[name] = rank
        self.changed = True

    def guess(self, node: Node, frobenius: bool = False) -> None:
        """A name that can be no scalar: capital letters are matrices, others vectors; *frobenius*: in a norm
        that is one of matrices, where \\hat Y is one as Y is."""
        if isinstance(node, (Add, Neg)) or (isinstance(node, Apply) and is_entrywise(node)):
            for part in children(node):
                if not (isinstance(node, Apply) and part is node.head):
                    self.guess(part, frobenius)
        elif isinstance(node, Pow):
            self.guess(node.base)
        elif isinstance(node, Hadamard):
            self.guess(node.left)
            self.guess(node.right)
        elif isinstance(node, Sym):
            letter = node.base[0].isupper() and (len(node.base) == 1 or (frobenius and node.base[1:2] == "_"))
            label = (
                len(node.sub) != 1 or node.sub[0].kind == "number"
            )  # W_{hy}, W_2; X_i is a row of a matrix
            plain = label and not any(self.name(node)[1:])
            self.set(node, 2 if (letter or is_capital(node)) and plain else 1)

    def seen(self, node: Node) -> int:
        """The rank of a tree, as far as it can be told; 0 where nothing says that it is more."""
        match node:
            case Sym(base):
                return 1 if base == "1" else self.of(node) or 0  # the vector of ones
            case Neg(body):
                return self.seen(body)
            case Transpose(body):
                self.guess(body)
                return self.seen(body)
            case Add(terms):
                late = [t for t in terms if self.is_untold(t)]  # Y^T, beside w^T X^T: told by the others
                ranks = [self.seen(t) for t in terms if t not in late]
                names = [x for t in late if isinstance(x := bare(t), Sym)]
                for name in names if any(ranks) else ():
                    self.set(name, max(ranks))
                ranks += [self.seen(t) for t in late]
                if max(ranks):
                    self.expect(node, max(ranks))
                return max(ranks)
            case Hadamard(left, right):
                one, two = self.seen(left), self.seen(right)
                if not (one or two):
                    self.guess(left)
                    self.guess(right)
                    one, two = self.seen(left), self.seen(right)
                if one or two:
                    self.expect(left, two or one)
                    self.expect(right, one or two)
                return max(self.seen(left), self.seen(right))
            case Mul(factors):
                return self.product(factors)
            case Div(top, bottom):
                self.seen(bottom)
                return self.seen(top)
            case Pow(base, exponent):
                self.seen(exponent)
                return self.seen(base)
            case Fn(name, args):
                if name in ("diag", "norm", "normF", "tr", "inner") and args:
                    for a in args:
                        self.guess(a, name == "normF")
                ranks = [self.seen(a) for a in args]
                if name == "abs" and ranks == [2]:  # a determinant
                    return 0
                if name == "diag" and ranks:
                    return 3 - ranks[0] if ranks[0] in (1, 2) else 0
                return max(ranks, default=0) if name in _ENTRYWISE | {"max", "min"} else 0
            case Apply(head, args, sub, _):
                if head.base in SOFTMAX and len(args) == 1:
                    self.guess(args[0])
                ranks = [self.seen(a) for a in args]
                if len(args) == 1 and not isinstance(args[0], Sym) and ranks[0] and is_capital(head):
                    return self.product((head, args[0]))  # U (r . h)
                known = self.of(head)
                if known:
                    return known
                entrywise = head.base in SOFTMAX or head.base in ("sigma", "relu", "ReLU") or head.primes
                return max(ranks, default=0) if entrywise and not sub else 0
            case Big(_, _, _, _, _, body):
                return self.seen(body)
            case Matrix() if joint(node) is not None:
                return max(self.seen(x) for x in children(node))
            case Deriv(kind, body, targets):
                number = self.by_bold and styles_of(node) == {""}  # g, beside bold v
                if kind == "gradient" and targets and not (body is None or number):
                    self.guess(targets[0])
                one = 0 if body is None else self.seen(body)
                two = sum(self.seen(t) for t in targets)
                return one + two if one + two <= 2 else 0
            case _:
                for c in children(node):
                    self.seen(c)
                return 0

    def is_row(self, node: Node) -> bool:
        """Whether a tree of rank 1 is a row: a transposed vector, what begins with one, a sum of rows."""
        match node:
            case Transpose(body):
                return self.seen(body) == 1
            case Neg(body):
                return self.is_row(body)
            case Add(terms):
                return all(self.is_row(t) for t in terms)
            case Mul():
                return self.is_row(factors_of(node)[0])
            case _:
                return False

    def is_untold(self, node: Node) -> bool:
        """Whether a term is a transposed name of which nothing is known yet."""
        name = bare(node)
        turned = any(isinstance(n, Transpose) for n in walk(node))
        return turned and isinstance(name, Sym) and self.of(name) is None

    def product(self, factors: Sequence[Node]) -> int:
        """The rank of a product; capital letters in it are matrices where anything else is no scalar."""
        flat: list[Node] = []
        for f in factors:
            flat += factors_of(f)
        ranks = [self.seen(f) for f in flat]
        inner = [b for a, b, c in zip(factors, factors[1:], factors[2:], strict=False) if a == Transpose(c)]
        if max(ranks, default=0):
            for n, f in enumerate(flat):
                own = f.body if isinstance(f, Transpose) else f
                behind = bool(n) and is_row_of(flat[n - 1], ranks[n - 1])
                if isinstance(own, Sym) and self.of(own) is None:
                    if (is_capital(own) or own in inner) and not any(self.name(own)[1:]):
                        self.set(own, 2)
                    elif n and own.base != "1" and (ranks[n - 1] == 2 or behind):
                        ahead = behind and ranks[n + 1 : n + 2] == [1] and not self.is_row(flat[n + 1])
                        self.set(own, 0 if ahead and own.base in GREEK else 1)  # u^T \lambda u
                    ranks[n] = self.seen(f)
                elif behind and not ranks[n] and f is flat[-1]:
                    for x, rank in names_in_column(own, _ENTRYWISE):
                        if self.of(x) is None and not any(self.name(x)[1:]):
                            self.set(x, rank)
            ranks = [self.seen(f) for f in flat]
        turned = [-1 if r == 1 and self.is_row(f) else r for r, f in zip(ranks, flat, strict=True)]
        return rank_of_product([r for r in turned if r])


def joint(node: Matrix) -> Sym | None:
    """``[h, x]``, two names one after the other, as one name."""
    names = [x for x in node.rows[0] if isinstance(x, Sym)]
    if len(node.rows) != 1 or not 1 < len(names) < 4 or len(names) != len(node.rows[0]):
        return None
    base = "joint_" + "_".join(x.base for x in names)
    return Sym(base, tuple(m for x in names for m in x.sub), tuple(m for x in names for m in x.sup))
