"""Terms to SymPy expressions and back.

Out: tensors become ``IndexedBase`` entries, reductions ``Sum``/``Product`` with ranges ``(c, 1, C)``,
deltas ``KroneckerDelta``, everything real; size symbols end in ``_`` where a user's name would clash,
which no name of the notation can.  Positions are integers from 1: an entry that may stand outside its axis
and an order of positions become a ``Piecewise``, and a range that depends on a letter a limit such as
``(c, 1, j)``.  In: a user's SymPy expression is read structurally into terms (:mod:`.sympy_reader`) and
then validated as text by :class:`~symderiv.definitions.Function`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sympy as sp

from symderiv.errors import InputError, NotSupported
from symderiv.notation import show
from symderiv.notation.sympy_reader import CALLS, RELATIONS, TURNED, Reader
from symderiv.terms import (
    Add,
    Affine,
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    all_indices,
    inside,
    split_range,
    tensor_names,
    walk,
)

if TYPE_CHECKING:
    from symderiv.definitions import Function

Sizes = Mapping[str, sp.Symbol]


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
    letters = {i.name for i in all_indices(term)}
    dims = {d for t in walk(term) for d in _dims(t)}
    return _out(term, size_symbols(dims, tensor_names(term) | letters), inputs)


def _dims(term: Term) -> set[str]:
    """The dimensions that a term speaks of itself."""
    at: tuple[Position, ...] = ()
    match term:
        case Size(dim):
            return {dim}
        case Entry(_, indices) | Reduce(_, indices, _):
            at = indices
        case Delta(left, right) | Where(Order(_, left, right), _, _):
            at = (left, right)
    found = {p.dim for p in at}
    return found | {s.dim for p in at if isinstance(p, Affine) for s, _ in p.parts}


def _position(position: Position, sizes: Sizes) -> sp.Expr:
    if isinstance(position, Index):
        return letter_symbol(position)
    parts = (k * (letter_symbol(s) if isinstance(s, Index) else sizes[s.dim]) for s, k in position.parts)
    return sp.Add(position.constant, *parts)


def _order(condition: Order, sizes: Sizes) -> Any:
    return RELATIONS[condition.op](_position(condition.left, sizes), _position(condition.right, sizes))


def _where(then: sp.Expr, conditions: Sequence[Order], other: sp.Expr, sizes: Sizes) -> sp.Expr:
    """``then`` where all conditions hold."""
    return sp.Piecewise((then, sp.And(*(_order(c, sizes) for c in conditions))), (other, True))


def _out(term: Term, sizes: Sizes, inputs: Collection[str] | None) -> sp.Expr:
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
            entry = base[tuple(_position(i, sizes) for i in indices)] if indices else base
            return _where(entry, [c for i in indices for c in inside(i)], sp.S.Zero, sizes)
        case Delta(left, right):
            return sp.KroneckerDelta(_position(left, sizes), _position(right, sizes))
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
            return CALLS[function](*values)
        case Where(Order() as condition, then, other):
            return _where(go(then), [condition], go(other), sizes)
        case Where(Compare(op, left_side, right_side), then, other):
            test = RELATIONS[op](go(left_side), go(right_side))
            return sp.Piecewise((go(then), test), (go(other), True))
        case Reduce(op, indices, body):
            if op not in ("sum", "mean", "prod"):
                raise NotSupported(f"SymPy has no form for {op}[{','.join(i.name for i in indices)}](...)")
            conditions, body = split_range(op, indices, body)
            limits, rest = _limits(indices, conditions, sizes)
            shown = _where(go(body), rest, sp.S.One if op == "prod" else sp.S.Zero, sizes)
            total = (sp.Product if op == "prod" else sp.Sum)(shown, *limits)
            return total / sp.Mul(*(sizes[i.dim] for i in indices)) if op == "mean" else total
        case Diff(body, targets):
            unknown = sorted(tensor_names(body) - set(inputs or ()))
            if inputs is None or unknown:
                what = f"'{unknown[0]}' may depend on {targets[0].name}" if unknown else "D"
                raise NotSupported(f"{what}: unfold definitions and name the inputs before SymPy sees a D")
            return sp.Derivative(go(body), *(go(t) for t in targets), evaluate=False)
        case _:
            raise TypeError(f"not a term: {term!r}")


def _limits(
    letters: tuple[Index, ...], conditions: Sequence[Order], sizes: Sizes
) -> tuple[list[tuple[Any, Any, Any]], list[Order]]:
    """Limits, the innermost first, and the conditions that they do not say.

    A letter bounds another only by ``c <= j``, ``c < j``, ``c >= j`` or ``c > j`` in one dimension, and once:
    SymPy takes a sum that ends more than one before its start to be minus another sum, not 0.
    """
    ends: dict[Index, tuple[sp.Expr, sp.Expr]] = {c: (sp.S.One, sizes[c.dim]) for c in letters}
    above: dict[Index, Index] = {}  # the letter that bounds a letter
    rest = []
    for condition in conditions:
        op, c, p = condition.op, condition.left, condition.right
        if c not in letters:
            op, c, p = TURNED[op], p, c
        if not (isinstance(c, Index) and isinstance(p, Index)) or c.dim != p.dim or c in above:
            rest.append(condition)
            continue
        chain = p
        while chain in above:
            chain = above[chain]
        at = letter_symbol(p)
        found = {
            "<=": (sp.S.One, at), "<": (sp.S.One, at - 1),
            ">=": (at, sizes[c.dim]), ">": (at + 1, sizes[c.dim]),
        }.get(op)  # fmt: skip
        if c not in letters or chain == c or found is None:
            rest.append(condition)
            continue
        above[c], ends[c] = p, found

    def depth(c: Index) -> int:
        return 1 + depth(above[c]) if c in above else 0

    return [(letter_symbol(c), *ends[c]) for c in sorted(letters, key=lambda c: -depth(c))], rest


# --- in -------------------------------------------------------------------------------------------


def from_sympy(expr: Any) -> str:
    """A SymPy expression (or ``Eq`` of two) as text of the notation; checked when it is stated."""
    reader = Reader()
    sides = _sides(expr)
    reader.ranges(*sides)
    return " = ".join(show.text(reader.read(s)) for s in sides)


def statement_from_sympy(lhs: Any, expr: Any) -> str:
    """``y[j] = ...`` from an ``Indexed`` or ``Symbol`` and an expression."""
    reader = Reader()
    reader.ranges(lhs, expr)
    return _statement(reader, lhs, expr)


def _sides(expr: Any) -> list[Any]:
    return list(expr.args) if isinstance(expr, sp.Eq) else [expr]


def _statement(reader: Reader, lhs: Any, expr: Any) -> str:
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
    reader = Reader()
    reader.ranges(*(e for pair in pairs for e in pair), *(e for claim in stated for e in _sides(claim)))
    define = "\n".join(_statement(reader, lhs, expr) for lhs, expr in pairs)
    texts = [" = ".join(show.text(reader.read(s)) for s in _sides(c)) for c in stated]
    dims: dict[str, list[str]] = {}
    for letter, (size, _) in reader.sizes.items():
        dims.setdefault(size, []).append(letter)
    return Function(define, assume=list(assume), dims=dims, claims=texts, name=name)
