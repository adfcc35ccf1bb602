"""Words that documents use for functions without defining them, and what these are in the notation."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symderiv.documents.text.syntax import Add, Fn, Node, Number

#: Of a number.
BUILTIN = {
    "sigmoid": "sigmoid({})", "relu": "max({}, 0)", "ReLU": "max({}, 0)", "RELU": "max({}, 0)",
    "tanh": "tanh({})", "softplus": "log(1 + exp({}))",
    "exp": "exp({})", "log": "log({})", "sign": "sign({})", "sgn": "sign({})",
    "erf": "erf({})", "erfc": "(1 - erf({}))",
}  # fmt: skip

#: Of a vector, giving one: exp of each entry over the sum of all.
SOFTMAX = frozenset(("softmax", "Softmax", "SoftMax"))

#: Functions that a row with a name on its other side does not define.
USUAL_FUNCTIONS = SOFTMAX | {"sigma", "sigmoid"}

#: Of a number: x times the logistic function of it, where nothing else is said.
SWISH = frozenset(("swish", "Swish", "silu", "SiLU"))

#: Functions that a name stands for everywhere; sigma where the text speaks of the logistic function.
KNOWN: dict[str, Callable[[Node], Node]] = {
    "sigmoid": lambda x: Fn("sigmoid", (x,)),
    "softplus": lambda x: Fn("log", (Add((Number(Fraction(1)), Fn("exp", (x,)))),)),
    "relu": lambda x: Fn("max", (x, Number(Fraction(0)))),
}
#: Letters that are functions where a bracket stands behind them.
FUNCTION_LIKE = frozenset("f g h F G H phi psi Phi Psi sigma L J ell xi varsigma E C".split())
LOGISTIC = "sigmoid"
