"""A plain evaluation of terms at given sizes, letters and inputs, word for word as the language says.

It shares nothing with any checker; derivatives are differences of high precision.  Tests compare the
witnesses that checkers show with it.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Mapping
from typing import Any

import mpmath

from symderiv.definitions import Claim
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
    Neutral,
    Num,
    Order,
    Pi,
    Pow,
    Reduce,
    Size,
    Where,
)
from symderiv.verify.verdict import Witness

MP = mpmath.MPContext()
MP.dps = 80
_STEP = MP.mpf(10) ** -20
_OPERATORS: dict[str, Any] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_REDUCED: dict[str, Any] = {
    "sum": MP.fsum, "prod": MP.fprod, "max": max, "min": min,
    "mean": lambda values: MP.fsum(values) / len(values),
}  # fmt: skip
_CALLS: dict[str, Any] = {
    "max": max, "min": min, "abs": abs,
    "log1p": lambda u: MP.log(1 + u), "sigmoid": lambda u: 1 / (1 + MP.exp(-u)),
    **{n: getattr(MP, n) for n in ("exp", "log", "sqrt", "sin", "cos", "tanh", "erf", "erfc", "sign")},
}  # fmt: skip
Env = Mapping[str, int]


class Plain:
    """The values of one claim's terms at fixed sizes; ``inputs`` are flat: (name, *positions) -> number."""

    def __init__(self, claim: Claim, sizes: Mapping[str, int], inputs: Mapping[tuple[Any, ...], Any]) -> None:
        self.bodies, self.sizes, self.inputs = claim.bodies, sizes, dict(inputs)
        self.shapes = dict(claim.inputs)

    def position(self, p: Index | Affine, env: Env) -> int:
        if isinstance(p, Index):
            return env[p.name]
        return p.constant + sum(
            k * (env[s.name] if isinstance(s, Index) else self.sizes[s.dim]) for s, k in p.parts
        )

    def entry(self, term: Entry, env: Env) -> Any:
        at = tuple(self.position(p, env) for p in term.indices)
        head = self.bodies[term.name][0] if term.name in self.bodies else ()
        dims = [h.dim for h in head] or self.shapes.get(term.name, ())
        if any(not 1 <= n <= self.sizes[d] for n, d in zip(at, dims, strict=True)):
            return MP.mpf(0)
        if term.name in self.bodies:
            return self.value(self.bodies[term.name][1], {h.name: n for h, n in zip(head, at, strict=True)})
        return self.inputs[(term.name, *at)]

    def holds(self, condition: Compare | Order, env: Env) -> bool:
        see: Any = self.position if isinstance(condition, Order) else self.value
        return bool(_OPERATORS[condition.op](see(condition.left, env), see(condition.right, env)))

    def value(self, term: Any, env: Env) -> Any:
        match term:
            case Num(value):
                return MP.mpf(value.numerator) / value.denominator
            case Pi():
                return +MP.pi
            case Size(dim):
                return MP.mpf(self.sizes[dim])
            case Entry():
                return self.entry(term, env)
            case Delta(left, right):
                return MP.mpf(self.position(left, env) == self.position(right, env))
            case Add(terms):
                return MP.fsum(self.value(t, env) for t in terms)
            case Mul(factors):
                return MP.fprod(self.value(f, env) for f in factors)
            case Pow(base, exponent):
                return self.value(base, env) ** self.value(exponent, env)
            case Call(function, args):
                return _CALLS[function](*(self.value(a, env) for a in args))
            case Where(condition, then, other):
                return self.value(then if self.holds(condition, env) else other, env)
            case Reduce(op, letters, body):
                ranges = [range(1, self.sizes[i.dim] + 1) for i in letters]
                found = []
                for at in itertools.product(*ranges):
                    inner, part = {**env, **{i.name: n for i, n in zip(letters, at, strict=True)}}, body
                    while isinstance(part, Where) and isinstance(part.other, Neutral):
                        part = part.then if self.holds(part.condition, inner) else part.other
                    if not isinstance(part, Neutral):
                        found.append(self.value(part, inner))
                return _REDUCED[op](found)
            case Diff(body, targets):
                return self.derivative(body, targets, env)
        raise TypeError(f"no value of {term!r}")

    def derivative(self, body: Any, targets: tuple[Entry, ...], env: Env) -> Any:
        if not targets:
            return self.value(body, env)
        *inner, last = targets
        key = (last.name, *(self.position(p, env) for p in last.indices))
        here, ends = self.inputs[key], []
        for step in (_STEP, -_STEP):
            self.inputs[key] = here + step
            ends.append(self.derivative(body, tuple(inner), env))
        self.inputs[key] = here
        return (ends[0] - ends[1]) / (2 * _STEP)


def flat(values: Mapping[str, Any]) -> dict[tuple[Any, ...], Any]:
    """A witness's nested lists as (name, *positions) -> number."""

    def cells(key: tuple[Any, ...], value: Any) -> Iterable[tuple[tuple[Any, ...], Any]]:
        if isinstance(value, list):
            for n, v in enumerate(value, 1):
                yield from cells((*key, n), v)
        else:
            top, _, bottom = str(value).partition("/")
            yield key, MP.mpf(top) / MP.mpf(bottom or 1)

    return dict(cell for name, value in values.items() for cell in cells((name,), value))


def sides(claim: Claim, witness: Witness) -> tuple[float, float]:
    """Both sides of the claim at a witness."""
    plain = Plain(claim, witness.sizes, flat(witness.values))
    return tuple(float(plain.value(t, witness.letters)) for t in (claim.left, claim.right))  # type: ignore[return-value]
