"""Words that documents use for functions without defining them, and what these are in the notation."""

from __future__ import annotations

#: Of a number.
BUILTIN = {
    "sigmoid": "sigmoid({})", "relu": "max({}, 0)", "ReLU": "max({}, 0)", "RELU": "max({}, 0)",
    "tanh": "tanh({})", "softplus": "log(1 + exp({}))",
    "exp": "exp({})", "log": "log({})", "erf": "erf({})", "sign": "sign({})", "sgn": "sign({})",
}  # fmt: skip

#: Of a vector, giving one: exp of each entry over the sum of all.
SOFTMAX = frozenset(("softmax", "Softmax", "SoftMax"))
