"""Local rewrites for accuracy, one rule a row; what they make is proved by whoever asked.

Each rule replaces a form that loses digits by one that does not: log(1 + u) near u = 0, exp(u) - 1,
1 - sigmoid(u), log(sigmoid(u)), 1 + tanh(u), 1 - a**2 near a = 1, and log of a shifted sum, which is
log1p(sum - 1) because one of its terms is 1 (sums are accumulated with their rounding errors, so sum - 1
keeps its digits).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symderiv.derive.recognise import as_tanh
from symderiv.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Call,
    Compare,
    Mul,
    Num,
    Pow,
    Reduce,
    Term,
    Where,
    add,
    call,
    div,
    map_children,
    mul,
    neg,
    power,
    tensor_names,
)

TWO = add(ONE, ONE)


def polish(term: Term, shifts: frozenset[str] = frozenset()) -> tuple[Term, tuple[str, ...]]:
    """The rewritten term and the rules used."""
    used: dict[str, None] = {}

    def visit(t: Term) -> Term:
        t = map_children(t, visit)
        for name, rule in RULES.items():
            made = rule(t, shifts)
            if made is not None:
                used[name] = None
                return made
        return t

    return visit(term), tuple(used)


def _without(term: Term, part: Term) -> Term | None:
    """``term - part`` if ``part`` is one of the terms of a sum of two or more."""
    if isinstance(term, Add) and term.terms.count(part) == 1:
        rest = list(term.terms)
        rest.remove(part)
        return add(*rest)
    return None


def _softplus(t: Term, _: frozenset[str]) -> Term | None:
    match t:
        case Call("log", (u,)) | Call("log1p", (Call("exp", _) as u,)):
            rest = u if t.function == "log1p" else _without(u, ONE)
            match rest:
                case Call("exp", (x,)):
                    return add(call("max", x, ZERO), _log1p_of_exp(x))
    return None


def _log_of_one_plus(t: Term, shifts: frozenset[str]) -> Term | None:
    if isinstance(t, Call) and t.function == "log":
        (u,) = t.args
        rest = _without(u, ONE)
        if rest is not None:
            return call("log1p", rest)
        if isinstance(u, Reduce) and u.op == "sum" and tensor_names(u) & shifts:
            return call("log1p", add(u, MINUS_ONE))
    return None


def _log_sigmoid(t: Term, _: frozenset[str]) -> Term | None:
    match t:
        case Call("log", (Call("sigmoid", (u,)),)):
            return add(call("min", u, ZERO), neg(_log1p_of_exp(u)))
    return None


def _log1p_of_exp(x: Term) -> Term:
    """log1p(exp(-abs(x))), the same for x and -x."""
    match x:
        case Mul((Num(n), *rest)) if n == -1:
            x = mul(*rest)
    return call("log1p", call("exp", neg(call("abs", x))))


def _expm1(t: Term, _: frozenset[str]) -> Term | None:
    """In a longer sum too, where there is one exp: with the 1, that is what may cancel."""
    for sign in (ONE, MINUS_ONE):
        rest = _without(t, neg(sign))
        parts = rest.terms if isinstance(rest, Add) else () if rest is None else (rest,)
        found = [p for p in parts if isinstance(e := mul(sign, p), Call) and e.function == "exp"]
        if len(found) == 1:
            (u,) = next(e.args for e in (mul(sign, found[0]),) if isinstance(e, Call))
            return add(*(p for p in parts if p != found[0]), mul(sign, call("expm1", u)))
    return None


def _scaled(t: Term, shifts: frozenset[str]) -> Term | None:
    """c + c*a as c*(1 + a) where there is something better for 1 + a."""
    match t:
        case Add((Num(c), Mul((Num(k), *rest)))) | Add((Mul((Num(k), *rest)), Num(c))):
            inner = add(ONE, mul(Num(k / c), *rest)) if abs(c) == abs(k) != 1 else ZERO
            for rule in (_one_minus_sigmoid, _one_minus_tanh, _one_plus_tanh, _one_minus_erf, _expm1):
                made = rule(inner, shifts)
                if made is not None:
                    return mul(Num(c), made)
    return None


def _sigmoid(t: Term, _: frozenset[str]) -> Term | None:
    match t:
        case Pow(base, Num(n)) if n.denominator == 1 and n < 0:
            rest = _without(base, ONE)
            if isinstance(rest, Call) and rest.function == "exp":
                return power(call("sigmoid", neg(rest.args[0])), Num(-n))
        case Mul(factors):
            for f in factors:
                if isinstance(f, Call) and f.function == "exp":
                    other = call("sigmoid", neg(f.args[0]))
                    for g in factors:
                        power_of = _exponent(g, other)
                        if power_of >= 1:
                            left = [h for h in factors if h is not f and h is not g]
                            less = power(other, Num(power_of - 1))
                            return mul(*left, call("sigmoid", f.args[0]), less)
    return None


def _exponent(factor: Term, base: Term) -> Fraction:
    """n where ``factor`` is ``base**n``, else 0."""
    match factor:
        case Pow(b, Num(n)) if b == base:
            return n
    return Fraction(factor == base)


def _factored(t: Term, shifts: frozenset[str]) -> Term | None:
    if not isinstance(t, Add) or len(t.terms) != 2:
        return None
    first, second = (_powers(part) for part in t.terms)
    if second.pop(MINUS_ONE, None) is None:
        return None
    for base, n in first.items():
        second[base] = second.get(base, Fraction(0)) - n
    if any(n < 0 for n in second.values()):
        return None
    rest = add(ONE, neg(mul(*(power(base, Num(n)) for base, n in second.items() if n))))
    a = t.terms[0]
    made = next(
        (m for rule in (_one_minus_sigmoid, _one_minus_tanh, _one_minus) if (m := rule(rest, shifts))), None
    )
    return mul(a, made) if made is not None else mul(a, rest) if a == _root(t.terms[1]) else None


def _powers(term: Term) -> dict[Term, Fraction]:
    """The factors of a product with their exponents."""
    found: dict[Term, Fraction] = {}
    for f in term.factors if isinstance(term, Mul) else (term,):
        base, n = (
            (f.base, f.exponent.value)
            if isinstance(f, Pow) and isinstance(f.exponent, Num)
            else (f, Fraction(1))
        )
        found[base] = found.get(base, Fraction(0)) + n
    return found


def _root(term: Term) -> Term | None:
    """a where ``term`` is -a**2."""
    match term:
        case Mul((Num(n), Pow(a, Num(e)))) if n == -1 and e == 2:
            return a
    return None


def _one_minus_sigmoid(t: Term, _: frozenset[str]) -> Term | None:
    match _without(t, ONE):
        case Mul((Num(n), Call("sigmoid", (u,)))) if n == -1:
            return call("sigmoid", neg(u))
    return None


def _one_minus_tanh(t: Term, _: frozenset[str]) -> Term | None:
    rest = _without(t, ONE)
    match _root(rest) if rest is not None else None:
        case Call("tanh", (u,)):
            twice = mul(TWO, u)
            return mul(TWO, TWO, call("sigmoid", twice), call("sigmoid", neg(twice)))
    return None


def _one_minus(t: Term, _: frozenset[str]) -> Term | None:
    rest = _without(t, ONE)
    a = _root(rest) if rest is not None else None
    return mul(add(ONE, neg(a)), add(ONE, a)) if a is not None else None


def _one_minus_erf(t: Term, _: frozenset[str]) -> Term | None:
    match _without(t, ONE):
        case Call("erf", (u,)):
            return call("erfc", neg(u))
        case Mul((Num(n), Call("erf", (u,)))) if n == -1:
            return call("erfc", u)
    return None


def _one_plus_tanh(t: Term, _: frozenset[str]) -> Term | None:
    match _without(t, ONE):
        case Call("tanh", (u,)):
            return mul(TWO, call("sigmoid", mul(TWO, u)))
        case Mul((Num(n), Call("tanh", (u,)))) if n == -1:
            return mul(TWO, call("sigmoid", mul(neg(TWO), u)))
    return None


def _log_cosh(t: Term, _: frozenset[str]) -> Term | None:
    match t:
        case Call("log", (Call("cosh", (u,)),)):
            near = call("log1p", mul(TWO, power(call("sinh", div(u, TWO)), TWO)))
            far = add(call("abs", u), call("log1p", call("exp", mul(neg(TWO), call("abs", u)))))
            return Where(Compare("<", call("abs", u), ONE), near, add(far, neg(call("log", TWO))))
    return None


def _tanh(t: Term, _: frozenset[str]) -> Term | None:
    made = as_tanh(t) if isinstance(t, Mul) else t
    return made if made != t else None


def _cancelled(t: Term, _: frozenset[str]) -> Term | None:
    """p*(1 - p)/p, as the chain rule leaves it, is 0/0 where p underflows."""
    if not isinstance(t, Mul):
        return None
    parts = [next(iter(_powers(f).items())) for f in t.factors]
    above, below = ({base for base, n in parts if (n < 0) is under} for under in (False, True))
    if above.isdisjoint(below):
        return None
    return mul(*(power(base, Num(n)) for base, n in _powers(t).items() if n))


def _share(t: Term, shifts: frozenset[str]) -> Term | None:
    """a - e/S with S a sum of which one term is 1: ((a - e) + a*(S - 1))/S cancels nothing."""
    if not isinstance(t, Add):
        return None
    shares = [n for n, part in enumerate(t.terms) if _denominator(part, shifts) is not None]
    if len(shares) != 1:
        return None
    part = t.terms[shares[0]]
    total = _denominator(part, shifts)
    assert isinstance(part, Mul)
    assert total is not None
    e = mul(*(f for f in part.factors if f != power(total, MINUS_ONE)))
    a = add(*(other for n, other in enumerate(t.terms) if n != shares[0]))
    return div(add(a, e, mul(a, add(total, MINUS_ONE))), total)  # in this order: a - e is exact or large


def _denominator(term: Term, shifts: frozenset[str]) -> Term | None:
    for f in term.factors if isinstance(term, Mul) else ():
        match f:
            case Pow(Reduce("sum", _, body) as total, Num(n)) if n == -1 and tensor_names(body) & shifts:
                return total
    return None


RULES: dict[str, Callable[[Term, frozenset[str]], Term | None]] = {
    "a*b/a = b": _cancelled,
    "log(1 + exp(u)) = max(u, 0) + log1p(exp(-abs(u)))": _softplus,
    "log(1 + u) = log1p(u)": _log_of_one_plus,
    "log(sigmoid(u)) = min(u, 0) - log1p(exp(-abs(u)))": _log_sigmoid,
    "exp(u) - 1 = expm1(u)": _expm1,
    "1/(1 + exp(-u)) = sigmoid(u)": _sigmoid,
    "1 - sigmoid(u) = sigmoid(-u)": _one_minus_sigmoid,
    "1 - tanh(u)**2 = 4*sigmoid(2*u)*sigmoid(-2*u)": _one_minus_tanh,
    "1 - a**2 = (1 - a)*(1 + a)": _one_minus,
    "1 - erf(u) = erfc(u)": _one_minus_erf,
    "1 + tanh(u) = 2*sigmoid(2*u)": _one_plus_tanh,
    "log(cosh(u)) = abs(u) + log1p(exp(-2*abs(u))) - log(2), near 0 log1p(2*sinh(u/2)**2)": _log_cosh,
    "sinh(u)/cosh(u) = tanh(u)": _tanh,
    "a - a*b = a*(1 - b)": _factored,
    "c + c*a = c*(1 + a)": _scaled,
    "a - e/S = (a - e + a*(S - 1))/S": _share,
}
