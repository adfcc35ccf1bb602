"""Terms to SymPy expressions and back.

Out: tensors become ``IndexedBase`` entries, reductions ``Sum``/``Product`` with ranges ``(c, 1, C)``,
deltas ``KroneckerDelta``, everything real; size symbols end in ``_`` where a user's name would clash,
which no name of the notation can.  In: a user's SymPy expression is read structurally into terms and
then validated as text by :class:`~symderiv.definitions.Function`.  No string reaches SymPy's parsers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from symderiv.errors import InputError, NotSupported
from symderiv.notation import show
from symderiv.notation.positions import RESERVED
from symderiv.notation.scan import KEYWORDS
from symderiv.terms import (
    Add,
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Pi,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    add,
    div,
    mul,
    power,
    tensor_names,
    walk,
)

if TYPE_CHECKING:
    from symderiv.definitions import Function

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)\Z")
_RELATIONS: dict[str, Any] = {"<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge, "==": sp.Eq, "!=": sp.Ne}
_CALLS: dict[str, Any] = {
    "exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "sin": sp.sin, "cos": sp.cos, "tanh": sp.tanh,
    "sinh": sp.sinh, "cosh": sp.cosh, "erf": sp.erf, "abs": sp.Abs, "sign": sp.sign,
    "max": sp.Max, "min": sp.Min,
}  # fmt: skip
_NAMES = {c: n for n, c in _CALLS.items() if n not in ("sqrt", "max", "min")}


# --- out ------------------------------------------------------------------------------------------


def letter_symbol(index: Index) -> sp.Symbol:
    """The symbol of an index letter: a positive integer."""
    return sp.Symbol(index.name, integer=True, positive=True)


def tensor_symbol(name: str, arity: int) -> Any:
    """The real symbol of a scalar, or the real ``IndexedBase`` of a tensor."""
    return sp.IndexedBase(name, real=True) if arity else sp.Symbol(name, real=True)


def size_symbols(dims: Iterable[str], names: Iterable[str]) -> dict[str, sp.Symbol]:
    """A positive integer symbol for each dimension, named apart from ``names`` and from each other."""
    taken, result = set(names), {}
    for dim in sorted(set(dims)):
        name = dim.upper() if dim.upper() not in taken else dim.upper() + "_"
        while name in taken:
            name += "_"
        taken.add(name)
        result[dim] = sp.Symbol(name, integer=True, positive=True)
    return result


def to_sympy(term: Term, *, inputs: Collection[str] | None = None) -> sp.Expr:
    """``term`` as a SymPy expression.

    A derivative becomes an unevaluated ``Derivative``, and only where ``inputs`` names all tensors in
    its body: SymPy takes the derivative of a defined ``y[j]`` by ``z[i]`` to be 0, so unfold first.
    """
    names = tensor_names(term)
    letters = {i.name for t in walk(term) for i in _letters(t)}
    dims = {i.dim for t in walk(term) for i in _letters(t)}
    dims |= {t.dim for t in walk(term) if isinstance(t, Size)}
    return _out(term, size_symbols(dims, names | letters), inputs)


def _letters(term: Term) -> tuple[Index, ...]:
    match term:
        case Entry(_, indices) | Reduce(_, indices, _):
            return indices
        case Delta(left, right):
            return (left, right)
        case _:
            return ()


def _out(term: Term, sizes: Mapping[str, sp.Symbol], inputs: Collection[str] | None) -> sp.Expr:
    def go(t: Term) -> sp.Expr:
        return _out(t, sizes, inputs)

    match term:
        case Num(value):
            return sp.Rational(value.numerator, value.denominator)
        case Pi():
            return sp.pi
        case Size(dim):
            return sizes[dim]
        case Entry(name, indices):
            base = tensor_symbol(name, len(indices))
            return base[tuple(letter_symbol(i) for i in indices)] if indices else base
        case Delta(left, right):
            return sp.KroneckerDelta(letter_symbol(left), letter_symbol(right))
        case Add(terms):
            return sp.Add(*(go(t) for t in terms))
        case Mul(factors):
            return sp.Mul(*(go(f) for f in factors))
        case Pow(base_term, exponent):
            return sp.Pow(go(base_term), go(exponent))
        case Call(function, args):
            values = [go(a) for a in args]
            if function == "log1p":
                return sp.log(1 + values[0])
            if function == "expm1":
                return sp.exp(values[0]) - 1
            if function == "sigmoid":
                return 1 / (1 + sp.exp(-values[0]))
            return _CALLS[function](*values)
        case Where(condition, then, other):
            test = _RELATIONS[condition.op](go(condition.left), go(condition.right))
            return sp.Piecewise((go(then), test), (go(other), True))
        case Reduce(op, indices, body):
            limits = [(letter_symbol(i), sp.S.One, sizes[i.dim]) for i in indices]
            if op == "prod":
                return sp.Product(go(body), *limits)
            if op not in ("sum", "mean"):
                raise NotSupported(f"SymPy has no form for {op}[{','.join(i.name for i in indices)}](...)")
            total = sp.Sum(go(body), *limits)
            return total / sp.Mul(*(sizes[i.dim] for i in indices)) if op == "mean" else total
        case Diff(body, targets):
            unknown = sorted(tensor_names(body) - set(inputs or ()))
            if inputs is None or unknown:
                what = f"'{unknown[0]}' may depend on {targets[0].name}" if unknown else "D"
                raise NotSupported(f"{what}: unfold definitions and name the inputs before SymPy sees a D")
            return sp.Derivative(go(body), *(go(t) for t in targets), evaluate=False)
        case _:
            raise TypeError(f"not a term: {term!r}")


# --- in -------------------------------------------------------------------------------------------


class _Reader:
    """Reads SymPy objects into terms; notes which size symbol each letter runs to, and from where."""

    def __init__(self) -> None:
        self.sizes: dict[str, tuple[str, int]] = {}  # letter -> (size symbol, first value)
        self.size_names: dict[str, str] = {}  # size symbol -> a letter with that range

    def ranges(self, *exprs: Any) -> None:
        """First pass: the sizes that limits, shapes and ``Idx`` ranges name."""
        for expr in exprs:
            if not isinstance(expr, sp.Basic):
                continue  # read() says what is wrong with it
            for node in sp.preorder_traversal(expr):
                if isinstance(node, (sp.Sum, sp.Product)):
                    for limit in node.limits:
                        self.limit(limit)
                elif isinstance(node, sp.Indexed) and node.base.shape is not None:
                    for letter, size in zip(node.indices, node.base.shape, strict=False):
                        if isinstance(size, sp.Symbol) and isinstance(letter, (sp.Symbol, sp.Idx)):
                            self.note(_letter(letter), _name(size), None)

    def note(self, letter: str, size: str, first: int | None) -> None:
        known = self.sizes.get(letter)
        if known and (known[0] != size or (first is not None and known[1] >= 0 and known[1] != first)):
            raise InputError(
                "dimension-conflict",
                f"letter '{letter}' runs over {known[0]} and {size} (or from 0 and from 1)",
            )
        self.sizes[letter] = (size, known[1] if first is None and known else -1 if first is None else first)
        self.size_names.setdefault(size, letter)

    def limit(self, limit: sp.Tuple) -> str:
        """The letter of one ``(c, 1, C)``, ``(c, 0, C - 1)`` or ``Idx`` range."""
        if len(limit) == 3:
            variable, low, high = limit
        elif len(limit) == 1 and isinstance(limit[0], sp.Idx) and limit[0].upper is not None:
            variable, low, high = limit[0], limit[0].lower, limit[0].upper
        else:
            raise InputError("bad-range", f"the sum over {_shown(limit[0])} needs its range, as in (c, 1, C)")
        letter = _letter(variable)
        size = high if low == 1 else high + 1 if low == 0 else None
        if not isinstance(size, sp.Symbol):
            raise InputError(
                "bad-range",
                f"'{letter}' runs over {_shown(low)}..{_shown(high)}; "
                "a range is the whole dimension, 1..C or 0..C-1",
            )
        self.note(letter, _name(size), int(low))
        return letter

    def read(self, expr: Any) -> Term:
        """One expression to a term (provisional dimensions: each letter its own)."""
        if isinstance(expr, (int, Fraction)) and not isinstance(expr, bool):
            return Num(Fraction(expr))
        if not isinstance(expr, sp.Expr):
            raise InputError("not-sympy", f"a SymPy expression was expected, not {type(expr).__name__}")
        match expr:
            case sp.Rational():
                return Num(Fraction(int(expr.p), int(expr.q)))
            case sp.Float():
                return Num(Fraction(repr(float(expr))))
            case sp.Symbol():
                name = _name(expr)
                return Size(self.size_names[name]) if name in self.size_names else Entry(name)
            case sp.Indexed():
                letters = tuple(Index(n, n) for n in map(_letter, expr.indices))
                return Entry(_name(expr.base.label), letters)
            case sp.KroneckerDelta():
                left, right = (_letter(a) for a in expr.args[:2])
                return Delta(Index(left, left), Index(right, right))
            case sp.Add():
                return add(*(self.read(a) for a in expr.as_ordered_terms()))
            case sp.Mul():
                return self.product(expr)
            case sp.exp():
                return Call("exp", (self.read(expr.args[0]),))
            case sp.Pow():
                return self.power(expr)
            case sp.Max() | sp.Min():
                name = "max" if isinstance(expr, sp.Max) else "min"
                first, *rest = (self.read(a) for a in sorted(expr.args, key=sp.default_sort_key))
                for r in rest:
                    first = Call(name, (first, r))
                return first
            case sp.Piecewise():
                return self.piecewise(expr)
            case sp.Sum() | sp.Product():
                names = [self.limit(limit) for limit in expr.limits]
                op = "sum" if isinstance(expr, sp.Sum) else "prod"
                return Reduce(op, tuple(Index(n, n) for n in names), self.read(expr.function))
            case sp.Derivative():
                return self.derivative(expr)
        if expr is sp.pi:
            return Pi()
        if expr is sp.E:
            return Call("exp", (Num(Fraction(1)),))
        if expr.func in _NAMES and not isinstance(expr, AppliedUndef):
            return Call(_NAMES[expr.func], (self.read(expr.args[0]),))
        raise InputError(
            "unknown-function",
            f"SymPy's {type(expr).__name__} has no form in the notation (entries are Indexed)",
        )

    def product(self, expr: sp.Mul) -> Term:
        top, bottom = [], []
        for factor in expr.as_ordered_factors():
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sp.Pow) and exponent.is_Rational and exponent < 0 and not base.is_Number:
                bottom.append(self.read(sp.Pow(base, -exponent)))
            else:
                top.append(self.read(factor))
        shown = mul(*top)
        return div(shown, mul(*bottom)) if bottom else shown

    def power(self, expr: sp.Pow) -> Term:
        base, exponent = expr.args
        if exponent == sp.Rational(1, 2):
            return Call("sqrt", (self.read(base),))
        if exponent == sp.Rational(-1, 2):
            return power(Call("sqrt", (self.read(base),)), Num(Fraction(-1)))
        return power(self.read(base), self.read(exponent))

    def piecewise(self, expr: sp.Piecewise) -> Term:
        *cases, (last, always) = expr.args
        if always != sp.true:
            raise InputError("bad-piecewise", "the last case of a Piecewise has the condition True")
        result = self.read(last)
        for value, test in reversed(cases):
            op = next((o for o, c in _RELATIONS.items() if isinstance(test, c)), None)
            if not isinstance(test, Relational) or op is None:
                raise InputError("bad-comparison", "a Piecewise condition is one comparison such as z[j] > 0")
            result = Where(Compare(op, self.read(test.lhs), self.read(test.rhs)), self.read(value), result)
        return result

    def derivative(self, expr: sp.Derivative) -> Term:
        targets: list[Entry] = []
        for variable, count in expr.variable_count:
            target = self.read(variable)
            if not isinstance(target, Entry) or not count.is_Integer or count > 8:
                raise InputError("diff-target", "a Derivative is by entries of inputs such as z[i]")
            targets += [target] * int(count)
        return Diff(self.read(expr.expr), tuple(targets))


def _shown(value: Any) -> str:
    shown = str(value)
    return shown if len(shown) <= 30 else shown[:27] + "..."


def _name(symbol: Any) -> str:
    name = str(symbol.name) if hasattr(symbol, "name") else str(symbol)
    if not _NAME.match(name) or name in RESERVED or name in KEYWORDS or len(name) > 40:
        raise InputError("bad-name", f"{name[:30]!a} cannot be a name of the notation")
    return name


def _letter(index: Any) -> str:
    if isinstance(index, sp.Idx) and isinstance(index.label, sp.Symbol):
        return _name(index.label)
    if isinstance(index, sp.Symbol):
        return _name(index)
    raise InputError("bad-index", f"an index is a letter such as j, not {_shown(index)}")


def from_sympy(expr: Any) -> str:
    """A SymPy expression (or ``Eq`` of two) as text of the notation; checked when it is stated."""
    reader = _Reader()
    sides = _sides(expr)
    reader.ranges(*sides)
    return " = ".join(show.text(reader.read(s)) for s in sides)


def statement_from_sympy(lhs: Any, expr: Any) -> str:
    """``y[j] = ...`` from an ``Indexed`` or ``Symbol`` and an expression."""
    reader = _Reader()
    reader.ranges(lhs, expr)
    return _statement(reader, lhs, expr)


def _sides(expr: Any) -> list[Any]:
    return list(expr.args) if isinstance(expr, sp.Eq) else [expr]


def _statement(reader: _Reader, lhs: Any, expr: Any) -> str:
    if not isinstance(lhs, (sp.Indexed, sp.Symbol)):
        raise InputError("bad-head", "the left side is an Indexed such as y[j], or a Symbol")
    return show.equation(reader.read(lhs), reader.read(expr))


def function_from_sympy(
    statements: Mapping[Any, Any] | Iterable[tuple[Any, Any]],
    *,
    assume: Iterable[str] = (),
    claims: Iterable[Any] = (),
    name: str = "",
) -> Function:
    """A :class:`Function` from ``{y[j]: expression}`` or pairs, the last one the output.

    ``claims`` are ``Eq(left, right)``, ``assume`` texts of the notation.  Letters whose sums run to the
    same size symbol share that dimension, and no other.
    """
    from symderiv.definitions import Function  # a later stage: the pieces are validated as a text is

    pairs = list(statements.items() if isinstance(statements, Mapping) else statements)
    stated = list(claims)
    if not pairs:
        raise InputError("empty", "nothing is stated; expected {y[j]: expression}")
    reader = _Reader()
    for pair in pairs:
        reader.ranges(*pair)
    for claim in stated:
        reader.ranges(*_sides(claim))
    if len({first for _, first in reader.sizes.values() if first >= 0}) > 1:
        raise InputError("bad-range", "some sums start at 0 and some at 1; index all from 0 or all from 1")
    define = "\n".join(_statement(reader, lhs, expr) for lhs, expr in pairs)
    texts = [" = ".join(show.text(reader.read(s)) for s in _sides(c)) for c in stated]
    dims: dict[str, list[str]] = {}
    for letter, (size, _) in reader.sizes.items():
        dims.setdefault(size, []).append(letter)
    return Function(define, assume=list(assume), dims=dims, claims=texts, name=name)
