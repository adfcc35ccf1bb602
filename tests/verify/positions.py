"""Claims about ranges that depend on an index and about shifted indices, true and false ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symderiv.definitions import Claim, Function

CUMSUM = "y[j] = sum[c <= j](x[c])"
CUMPROD = "y[j] = prod[c <= j](x[c])"
CUMMAX = "y[j] = max[c <= j](x[c])"
CUMMEAN = "y[j] = mean[c <= j](x[c])"
CUMLSE = "y[j] = log(sum[c <= j](exp(x[c])))"
CAUSAL = "p[i,j] = where(j <= i, exp(s[i,j]), 0)/sum[c <= i](exp(s[i,c]))"
CONV = "y[j] = sum[k](w[k]*x[j-k+1])"
CONV2 = "y[i,j] = sum[k,l](w[k,l]*x[i-k+1,j-l+1])"
FIVE = "y[i,j] = x[i+1,j] + x[i-1,j] + x[i,j+1] + x[i,j-1] - 4*x[i,j]"
TV = "y = sum[j](abs(x[j+1] - x[j]))"
SMOOTH = "y = sum[j](where(j < size[j], (x[j+1] - x[j])**2, 0))"
SOFT_TV = "y = sum[j](where(j < size[j], sqrt((x[j+1] - x[j])**2 + eps), 0))"
PULL = "(x[i] - x[i-1])/sqrt((x[i] - x[i-1])**2 + eps)"
PUSH = "(x[i+1] - x[i])/sqrt((x[i+1] - x[i])**2 + eps)"
ENERGY = CUMSUM + "\nL = sum[j](y[j]**2)"
PAIRS = "y = sum[i, j < i](x[i]*x[j])"
SUFFIX = "y[i] = sum[j >= i](x[j]**2)"

TRUE: list[tuple[str, str, list[str]]] = [
    (CUMSUM, "D(y[j], x[i]) = where(i <= j, 1, 0)", []),
    (CUMSUM, "y[j] = y[j-1] + x[j]", []),
    (CUMSUM, "y[j+1] = where(j < size[j], y[j] + x[j+1], 0)", []),
    (CUMSUM, "sum[j](g[j]*D(y[j], x[i])) = sum[j >= i](g[j])", []),
    ("y[n,j] = sum[c <= j](x[n,c])", "D(y[n,j], x[m,i]) = delta[m,n]*where(i <= j, 1, 0)", []),
    ("y[j] = sum[c <= j](x[c]**2)", "D(y[j], x[i], x[k]) = 2*delta[i,k]*where(i <= j, 1, 0)", []),
    (ENERGY, "D(L, x[i]) = 2*sum[j >= i](y[j])", []),
    (ENERGY, "D(L, x[i], x[k]) = 2*sum[j >= i](where(j >= k, 1, 0))", []),
    (CUMPROD, "D(y[j], x[i]) = where(i <= j, y[j]/x[i], 0)", []),
    (CUMMAX, "D(y[j], x[i]) = where(i <= j, where(x[i] >= y[j], 1, 0), 0)", []),
    ("y[j] = min[c >= j](x[c])", "y[j] = where(j < size[j], min(x[j], y[j+1]), x[j])", []),
    ("y[j] = max[c < j](x[c])", "max(y[j], x[j]) = max[c <= j](x[c])", []),
    (CUMMEAN, "D(y[j], x[i]) = where(i <= j, 1/sum[c <= j](1), 0)", []),
    (CUMLSE, "D(y[j], x[i]) = where(i <= j, exp(x[i] - y[j]), 0)", []),
    (CAUSAL, "D(p[i,j], s[i,k]) = p[i,j]*(delta[j,k] - p[i,k])", []),
    (CAUSAL, "sum[j](p[i,j]) = 1", []),
    ("y[j] = x[j+1] - x[j]", "D(y[j], x[i]) = delta[i,j+1] - delta[i,j]", []),
    ("y[j] = (x[j+1] - x[j-1])/2", "sum[j](g[j]*D(y[j], x[i])) = (g[i-1] - g[i+1])/2", []),
    ("y[j] = x[j+1]*x[j]", "D(y[j], x[i], x[k]) = delta[i,j+1]*delta[k,j] + delta[i,j]*delta[k,j+1]", []),
    ("y[j] = x[j+8]", "D(y[j], x[i]) = delta[i,j+8]", []),
    ("u[j] = x[j+2]\ny[j] = u[j-3]", "y[j] = where(j >= 4, x[j-1], 0)", []),
    (TV, "D(y, x[i]) = where(i > 1, sign(x[i] - x[i-1]), 0) - sign(x[i+1] - x[i])", []),
    (
        SMOOTH,
        "D(y, x[i]) = where(i > 1, 2*(x[i] - x[i-1]), 0) - where(i < size[i], 2*(x[i+1] - x[i]), 0)",
        [],
    ),
    (
        SOFT_TV,
        f"D(y, x[i]) = where(i > 1, {PULL}, 0) - where(i < size[i], {PUSH}, 0)",
        ["eps > 0"],
    ),
    (
        "y[j] = where(j < size[j], log(x[j+1]/x[j]), 0)",
        "D(y[j], x[i]) = where(j < size[j], delta[i,j+1]/x[i] - delta[i,j]/x[i], 0)",
        [],
    ),
    (CONV, "D(y[j], x[i]) = w[j-i+1]", []),
    (CONV, "D(y[j], w[i]) = x[j-i+1]", []),
    (CONV, "sum[j](g[j]*D(y[j], x[i])) = sum[k](w[k]*g[i+k-1])", []),
    (CONV, "sum[j](g[j]*D(y[j], w[i])) = sum[j](g[j]*x[j-i+1])", []),
    (CONV2, "D(y[i,j], x[a,b]) = w[i-a+1,j-b+1]", []),
    (CONV2, "sum[i,j](g[i,j]*D(y[i,j], w[a,b])) = sum[i,j](g[i,j]*x[i-a+1,j-b+1])", []),
    (FIVE, "sum[i,j](g[i,j]*D(y[i,j], x[a,b])) = g[a+1,b] + g[a-1,b] + g[a,b+1] + g[a,b-1] - 4*g[a,b]", []),
    (PAIRS, "D(y, x[k]) = sum[j](x[j]) - x[k]", []),
    (PAIRS, "y = (sum[c](x[c])**2 - sum[c](x[c]**2))/2", []),
    (PAIRS, "D(y, x[i], x[k]) = 1 - delta[i,k]", []),
    (SUFFIX, "y[i] = sum[j](x[j]**2) - sum[j < i](x[j]**2)", []),
    (SUFFIX, "y[i] - y[i+1] = x[i]**2", []),
    (SUFFIX, "D(y[i], x[k]) = where(k >= i, 2*x[k], 0)", []),
    (
        "y = sum[j](exp(x[j+1] - x[j]))",
        "D(y, x[i]) = where(i > 1, exp(x[i] - x[i-1]), 0) - exp(x[i+1] - x[i])",
        [],
    ),
]

FALSE: list[tuple[str, str, list[str]]] = [
    # a boundary forgotten
    ("y = sum[j]((x[j+1] - x[j])**2)", "D(y, x[i]) = 4*x[i] - 2*x[i-1] - 2*x[i+1]", []),
    (SMOOTH, "D(y, x[i]) = 4*x[i] - 2*x[i-1] - 2*x[i+1]", []),
    (TV, "D(y, x[i]) = sign(x[i] - x[i-1]) - sign(x[i+1] - x[i])", []),
    (
        SOFT_TV,
        f"D(y, x[i]) = where(i > 1, {PULL}, 0) - {PUSH}",
        ["eps > 0"],
    ),
    (CUMSUM, "y[j] = y[j+1] - x[j+1]", []),
    # < for <=, or the other way round
    (CUMSUM, "D(y[j], x[i]) = where(i < j, 1, 0)", []),
    (CUMSUM, "D(y[j], x[i]) = where(j <= i, 1, 0)", []),
    (CUMSUM, "sum[j](g[j]*D(y[j], x[i])) = sum[j <= i](g[j])", []),
    (ENERGY, "D(L, x[i]) = 2*sum[j > i](y[j])", []),
    ("y[j] = max[c < j](x[c])", "y[j] = max[c <= j](x[c])", []),
    (PAIRS, "D(y, x[k]) = sum[j](x[j])", []),
    (PAIRS, "y = (sum[c](x[c])**2 + sum[c](x[c]**2))/2", []),
    (SUFFIX, "y[i] = sum[j](x[j]**2) - sum[j <= i](x[j]**2)", []),
    # the wrong way, or one off
    ("y[j] = x[j+1] - x[j]", "D(y[j], x[i]) = delta[i,j-1] - delta[i,j]", []),
    (CONV, "D(y[j], x[i]) = w[j-i]", []),
    (CONV, "D(y[j], x[i]) = w[i-j+1]", []),
    (CONV, "sum[j](g[j]*D(y[j], x[i])) = sum[k](w[k]*g[i-k+1])", []),
    (CONV, "sum[j](g[j]*D(y[j], w[i])) = sum[j](g[j]*x[j-i])", []),
    (CONV2, "D(y[i,j], x[a,b]) = w[i-a+1,b-j+1]", []),
    (FIVE, "sum[i,j](g[i,j]*D(y[i,j], x[a,b])) = g[a+1,b] + g[a-1,b] + 2*g[a,b+1] - 4*g[a,b]", []),
    # a range forgotten
    (CUMPROD, "D(y[j], x[i]) = y[j]/x[i]", []),
    (CUMMEAN, "D(y[j], x[i]) = where(i <= j, 1/size[c], 0)", []),
    (CUMMAX, "D(y[j], x[i]) = where(x[i] >= y[j], 1, 0)", []),
    (CAUSAL, "D(p[i,j], s[i,k]) = p[i,j]*(delta[j,k] - exp(s[i,k])/sum[c <= i](exp(s[i,c])))", []),
    ("y[n,j] = sum[c <= j](x[n,c])", "D(y[n,j], x[m,i]) = where(i <= j, 1, 0)*delta[n,n]*delta[m,m]", []),
    ("y[j] = x[j]*x[j+1]", "D(y[j], x[i], x[k]) = delta[i,j+1]*delta[k,j]", []),
    # true at small sizes only
    (CUMSUM, "y[j] = x[j] + x[j-1]", []),
    (CUMSUM, "y[j] = x[j] + x[j-1] + x[j-2]", []),
    (CUMMAX, "y[j] = where(j > 1, max(x[j], x[j-1]), x[j])", []),
    ("y[j] = x[j+8]", "y[j] = 0*x[j]", []),
    ("y[j] = x[j+8]", "D(y[j], x[i]) = 0*x[i]*x[j]", []),
    ("u[j] = x[j+4]\ny[j] = u[j+4]", "y[j] = 0*x[j]", []),
    ("y[j] = where(j <= 9, x[j], 0)", "y[j] = x[j]", []),
]

_SLIPS = (
    (r"<=", "<"), (r">=", ">"), (r"<(?!=)", "<="), (r">(?!=)", ">="), (r"<=", ">="), (r">=", "<="),
    (r"\+1(?=[\],])", ""), (r"\+1(?=[\],])", "-1"), (r"-1(?=[\],])", "+1"), (r"-1(?=[\],])", ""),
    (r"\[i(?=[\],])", "[i+1"), (r"\[k(?=[\],])", "[k-1"), (r",j(?=\])", ",j+1"), (r" - ", " + "),
    (r"2\*", ""),
)  # fmt: skip


def slips(text: str) -> Iterator[str]:
    """The claim with one thing changed on its right side, mostly to something false."""
    left, right = text.split(" = ", 1)
    for old, new in _SLIPS:
        for found in re.finditer(old, right):
            yield f"{left} = {right[: found.start()]}{new}{right[found.end() :]}"


def claim(define: str, text: str, assume: list[str] | None = None) -> Claim:
    return Function(define, assume=assume or []).claim(text)
