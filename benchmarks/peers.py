"""One way each to derive softmax's whole Jacobian, for :mod:`benchmarks.derivation`.

A way starts from nothing but the imported library: it makes its symbols, states the function and
derives.  What it returns can be evaluated at a point, which is how its result is checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from benchmarks.tables import fresh_caches

Point = Sequence[float]
SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
CLAIM = "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]"


@dataclass(frozen=True, slots=True)
class Way:
    """``derive(C)`` gives a Jacobian; ``entry(jacobian, point, j, i)`` a number; ``clear`` empties caches."""

    title: str
    package: str
    what: str
    derive: Callable[[int], Any]
    entry: Callable[[Any, Point, int, int], float]
    clear: Callable[[], None] = lambda: None


def is_right(way: Way, size: int = 3) -> bool:
    """Whether every entry of its Jacobian has the right value at a point."""
    point = [0.3 * n * n - 0.4 for n in range(size)]
    total = math.fsum(math.exp(x) for x in point)
    y = [math.exp(x) / total for x in point]
    jacobian = way.derive(size)
    return all(
        math.isclose(way.entry(jacobian, point, j, i), y[j] * ((i == j) - y[i]), rel_tol=1e-12)
        for j in range(size)
        for i in range(size)
    )


# --- ours -----------------------------------------------------------------------------------------


def _ours_rules(_size: int) -> Any:
    from symderiv.definitions import Function
    from symderiv.derive.fold import target_entry
    from symderiv.derive.rules import evaluate
    from symderiv.terms import Diff

    function = Function(SOFTMAX)
    target = target_entry(function, "z")
    return evaluate(Diff(function.output.entry, (target,)), function.bodies)


def _ours_folded(_size: int) -> Any:
    import symderiv as sd

    return sd.define(SOFTMAX).derivative("z").right


def _ours_proved(_size: int) -> Any:
    import symderiv as sd
    from symderiv.verify import by_calculus

    function = sd.define(SOFTMAX)
    equation = function.derivative("z")
    if by_calculus.check(function.claim(CLAIM)).word != "proved":
        raise AssertionError(f"not proved: {CLAIM}")
    return equation.right


def _our_entry(term: Any, point: Point, j: int, i: int) -> float:
    """Our term has letters for sizes and entries: a few lines evaluate it with floats."""
    from symderiv.definitions import Function
    from symderiv.terms import Add, Call, Delta, Entry, Mul, Num, Pow, Reduce, unfold

    def value(t: Any, at: dict[str, int]) -> float:
        match t:
            case Num(number):
                return float(number)
            case Entry(_, (letter,)):
                return point[at[letter.name]]
            case Delta(a, b):
                return float(at[a.name] == at[b.name])
            case Add(terms):
                return math.fsum(value(x, at) for x in terms)
            case Mul(factors):
                return math.prod(value(x, at) for x in factors)
            case Pow(base, exponent):
                return float(value(base, at) ** value(exponent, at))
            case Call("exp", (x,)):
                return math.exp(value(x, at))
            case Reduce("sum", (letter,), body):
                return math.fsum(value(body, {**at, letter.name: n}) for n in range(len(point)))
        raise TypeError(f"not expected in softmax's Jacobian: {t}")

    return value(unfold(term, Function(SOFTMAX).bodies), {"j": j, "i": i})


# --- SymPy ----------------------------------------------------------------------------------------


def _sympy_clear() -> None:
    import_module("sympy.core.cache").clear_cache()


def _sympy_symbolic(_size: int) -> Any:
    sp = import_module("sympy")
    size = sp.Symbol("C", integer=True, positive=True)
    i, j, c = sp.symbols("i j c", cls=sp.Idx)
    z = sp.IndexedBase("z", real=True)
    return (sp.exp(z[j]) / sp.Sum(sp.exp(z[c]), (c, 0, size - 1))).diff(z[i])


def _sympy_symbolic_entry(jacobian: Any, point: Point, j: int, i: int) -> float:
    sp = import_module("sympy")
    z, size = sp.IndexedBase("z", real=True), sp.Symbol("C", integer=True, positive=True)
    names = {str(s): s for s in jacobian.free_symbols | jacobian.atoms(sp.Idx)}
    at = jacobian.subs({names["j"]: j, names["i"]: i}).subs(size, len(point)).doit()
    return float(at.subs({z[n]: x for n, x in enumerate(point)}))


def _sympy_explicit(size: int) -> Any:
    sp = import_module("sympy")
    z = sp.symbols(f"z:{size}", real=True)
    exps = [sp.exp(s) for s in z]
    total = sp.Add(*exps)
    return sp.Matrix([e / total for e in exps]).jacobian(z)


def _sympy_entry(jacobian: Any, point: Point, j: int, i: int) -> float:
    sp = import_module("sympy")
    z = sp.symbols(f"z:{len(point)}", real=True)
    return float(jacobian[j, i].subs(dict(zip(z, point, strict=True))))


# --- symengine ------------------------------------------------------------------------------------


def _symengine(size: int) -> Any:
    se = import_module("symengine")
    z = [se.Symbol(f"z{n}") for n in range(size)]
    exps = [se.exp(s) for s in z]
    total = se.Add(*exps)
    return se.DenseMatrix(size, 1, [e / total for e in exps]).jacobian(se.DenseMatrix(size, 1, z))


def _symengine_entry(jacobian: Any, point: Point, j: int, i: int) -> float:
    se = import_module("symengine")
    return float(jacobian[j, i].subs({se.Symbol(f"z{n}"): x for n, x in enumerate(point)}))


# --- CasADi ---------------------------------------------------------------------------------------


def _casadi(kind: str) -> Callable[[int], Any]:
    def derive(size: int) -> Any:
        ca = import_module("casadi")
        z = getattr(ca, kind).sym("z", size)
        e = ca.exp(z)
        return z, ca.jacobian(e / ca.sum1(e), z)

    return derive


def _casadi_entry(derived: Any, point: Point, j: int, i: int) -> float:
    ca = import_module("casadi")
    z, jacobian = derived
    return float(ca.Function("J", [z], [jacobian])(ca.DM(point))[j, i])


#: In the order they are shown.
WAYS = {
    "ours": Way(
        "symderiv, rules only (symbolic C)",
        "symderiv",
        "reads the text and differentiates y[j] by z[i] with the table of rules; unsimplified, as the "
        "results of the others are",
        _ours_rules,
        _our_entry,
        fresh_caches,
    ),
    "ours folded": Way(
        "symderiv, derive (symbolic C)",
        "symderiv",
        'what `define(...).derivative("z")` does: the same, then written with y as short as it gets, '
        "y[j]*(delta[i,j] - y[i]), and proved equal to what the rules gave",
        _ours_folded,
        _our_entry,
        fresh_caches,
    ),
    "ours proved": Way(
        "symderiv, derive and prove (symbolic C)",
        "symderiv",
        f"the same, then `{CLAIM}` proved for every C by the index calculus",
        _ours_proved,
        _our_entry,
        fresh_caches,
    ),
    "sympy symbolic": Way(
        "SymPy, IndexedBase (symbolic C)",
        "sympy",
        "`diff` of the quotient of an `IndexedBase` entry and a `Sum`, by an entry with a letter of its own; "
        "its result keeps a Sum over a KroneckerDelta and is right",
        _sympy_symbolic,
        _sympy_symbolic_entry,
        _sympy_clear,
    ),
    "sympy": Way(
        "SymPy, explicit entries",
        "sympy",
        "C symbols, the sum made once, `Matrix.jacobian`, which is `diff` of each entry by each symbol",
        _sympy_explicit,
        _sympy_entry,
        _sympy_clear,
    ),
    "symengine": Way(
        "symengine, explicit entries",
        "symengine",
        "the same in C++: `DenseMatrix.jacobian`",
        _symengine,
        _symengine_entry,
    ),
    "casadi SX": Way(
        "CasADi SX, explicit entries",
        "casadi",
        "`jacobian` of a graph of scalars; the result is such a graph, too, with shared subexpressions",
        _casadi("SX"),
        _casadi_entry,
    ),
    "casadi MX": Way(
        "CasADi MX, one vector of C entries",
        "casadi",
        "`jacobian` of a graph of matrices; the result is such a graph, for the one C it was made for, with "
        "about eight nodes for each of the C columns: its entries are not written out",
        _casadi("MX"),
        _casadi_entry,
    ),
}
