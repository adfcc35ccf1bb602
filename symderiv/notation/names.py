"""The names that the notation gives a meaning, and what a person meant by one it does not have."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from symderiv.terms import BINARY, REDUCTIONS, UNARY

#: What takes arguments in parentheses.
FUNCTIONS = frozenset((*UNARY, *BINARY, "where", "D"))
RESERVED = FUNCTIONS | frozenset((*REDUCTIONS, "delta", "size", "pi"))

#: Functions of other systems: how they are written here (x is the argument).
_WRITTEN = {
    "ln": "log(x)",
    "lg": "log(x)/log(10)",
    "log2": "log(x)/log(2)",
    "log10": "log(x)/log(10)",
    "exp2": "2**x",
    "pow": "x**a",
    "power": "x**a",
    "square": "x**2",
    "sq": "x**2",
    "cbrt": "sign(x)*abs(x)**(1/3)",
    "rsqrt": "1/sqrt(x)",
    "reciprocal": "1/x",
    "tan": "sin(x)/cos(x)",
    "cot": "cos(x)/sin(x)",
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "coth": "cosh(x)/sinh(x)",
    "sech": "1/cosh(x)",
    "relu": "max(x, 0)",
    "softplus": "log1p(exp(x))",
    "silu": "x*sigmoid(x)",
    "swish": "x*sigmoid(x)",
    "gelu": "x/2*(1 + erf(x/sqrt(2)))",
    "logistic": "sigmoid(x)",
    "expit": "sigmoid(x)",
    "logit": "log(x/(1 - x))",
    "sgn": "sign(x)",
    "signum": "sign(x)",
    "fabs": "abs(x)",
    "maximum": "max(a, b)",
    "minimum": "min(a, b)",
    "fmax": "max(a, b)",
    "fmin": "min(a, b)",
    "heaviside": "where(x > 0, 1, 0)",
    "step": "where(x > 0, 1, 0)",
    "clip": "min(max(x, a), b)",
    "ifelse": "where(x > 0, a, b)",
    "norm": "sqrt(sum[c](x[c]**2))",
    "dot": "sum[c](a[c]*b[c])",
    "matmul": "sum[c](a[i,c]*b[c,j])",
    "trace": "sum[c](a[c,c])",
    "var": "mean[c]((x[c] - m)**2) with m = mean[d](x[d])",
    "atanh": "log((1 + x)/(1 - x))/2",
    "asinh": "log(x + sqrt(x**2 + 1))",
    "acosh": "log(x + sqrt(x**2 - 1))",
    "cumsum": "sum[c <= j](x[c])",
    "cumprod": "prod[c <= j](x[c])",
    "diff": "D(y[j], z[i])",
    "grad": "D(y[j], z[i])",
    "kronecker": "delta[i,j]",
    "eye": "delta[i,j]",
    "total": "sum[c](x[c])",
    "average": "mean[c](x[c])",
    "product": "prod[c](x[c])",
}
#: Functions that the notation does not have, and that look like others that it has.
_ABSENT = frozenset(
    "atan arctan asin arcsin acos arccos arctan2 atan2 gamma lgamma floor ceil round mod inv sort".split()
)


def use_of(name: str) -> str:
    """How a reserved name is written."""
    if name == "delta":
        return "delta[i,j]"
    if name == "size":
        return "size[c]"
    if name == "where":
        return "where(z[j] > 0, a, b)"
    if name == "D":
        return "D(y[j], z[i])"
    if name in BINARY:
        return f"{name}(a, b) or {name}[c](...)"
    return f"{name}[c](...)" if name in REDUCTIONS else f"{name}(x)"


def meant_function(name: str) -> str:
    """What is right where ``name(...)`` is no function."""
    known = _WRITTEN.get(name) or _WRITTEN.get(name.lower())
    if known:
        return f"write {known}"
    close = "" if name in _ABSENT else _close(name, sorted(FUNCTIONS))
    if close:
        return f"did you mean {close}?"
    return (
        f"the functions are {', '.join((*UNARY, *BINARY, 'where'))}; a product is written {name[:20]}*(...)"
    )


def meant_reduction(name: str, head: str) -> str:
    """What is right where ``name[c](...)`` is no reduction; ``head`` is what stands before the arguments."""
    close = _close(name, REDUCTIONS)
    if close:
        return f"did you mean {close}?"
    return f"the reductions are {', '.join(REDUCTIONS)}; a product is written {head}*(...)"


def _close(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name.lower(), list(known), n=1, cutoff=0.65)
    return found[0] if found and len(name) > 1 else ""
