"""Handwritten digits: multinomial logistic regression with generated kernels, and no autodiff anywhere.

The loss of an image x with label k is the cross-entropy of the softmax of z = x @ W + b.  Its value and its
derivative by z are one generated kernel (in ``symderiv.kernels.cross_entropy_labels``); the rest of the chain
rule is one matrix product.  Training is gradient descent with Nesterov's momentum: no random number is drawn.

    python examples/digits.py

The data is scikit-learn's ``load_digits`` (1797 images of 8 x 8), every fourth image held out.
Exit code 0, or 1 where fewer than 95 % of the held-out digits are recognised or the gradient is wrong.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.kernels import cross_entropy_labels as kernels

Array = NDArray[np.float64]

L2 = 1e-3
STEPS = 300
RATE = 0.5
MOMENTUM = 0.9
WANTED_ACCURACY = 0.95
WANTED_AGREEMENT = 1e-10


def loss_and_gradient(weights: Array, x: Array, labels: NDArray[np.int64]) -> tuple[float, Array]:
    """Mean cross-entropy plus L2/2 |W|^2 (the bias, the last row, is not penalised), and its gradient."""
    penalised = weights.copy()
    penalised[-1] = 0.0
    z = x @ weights
    losses, gz = kernels.cross_entropy_labels_value_and_grad(z, labels)
    value = losses.mean() + 0.5 * L2 * np.sum(penalised**2)
    return float(value), x.T @ gz / len(x) + L2 * penalised


def train(x: Array, labels: NDArray[np.int64], classes: int) -> tuple[Array, list[float]]:
    """Weights after gradient descent with Nesterov's momentum, and the loss of every step."""
    weights = np.zeros((x.shape[1], classes))
    velocity = np.zeros_like(weights)
    losses = []
    for _ in range(STEPS):
        value, gradient = loss_and_gradient(weights + MOMENTUM * velocity, x, labels)
        velocity = MOMENTUM * velocity - RATE * gradient
        weights = weights + velocity
        losses.append(value)
    return weights, losses


def accuracy(weights: Array, x: Array, labels: NDArray[np.int64]) -> float:
    """The share of images whose largest logit is the label's."""
    return float(np.mean(np.argmax(x @ weights, axis=1) == labels))


def sklearn_gradient(weights: Array, x: Array, labels: NDArray[np.int64]) -> Array | None:
    """scikit-learn's own gradient of the same loss; None where this version keeps it elsewhere."""
    try:
        from sklearn._loss import HalfMultinomialLoss
        from sklearn.linear_model._linear_loss import LinearModelLoss
    except ImportError:
        return None
    classes = weights.shape[1]
    loss: Any = LinearModelLoss(base_loss=HalfMultinomialLoss(n_classes=classes), fit_intercept=True)
    coefficients = np.asfortranarray(weights.T)  # its last column is the intercept, as our last row is
    gradient = loss.gradient(coefficients, x[:, :-1], labels.astype(np.float64), l2_reg_strength=L2)
    return np.asarray(gradient).reshape(classes, -1, order="F").T


def main() -> int:
    """Train, print what came out, and say by the exit code whether it is good enough."""
    try:
        from sklearn.datasets import load_digits
        from sklearn.metrics import log_loss
    except ImportError:
        print("this example needs scikit-learn: pip install scikit-learn", file=sys.stderr)
        return 2
    images, labels = load_digits(return_X_y=True)
    x = np.hstack([images / 16.0, np.ones((len(images), 1))])
    held_out = np.arange(len(x)) % 4 == 0
    begin = time.perf_counter()
    weights, losses = train(x[~held_out], labels[~held_out], classes=10)
    seconds = time.perf_counter() - begin
    on_training = accuracy(weights, x[~held_out], labels[~held_out])
    on_held_out = accuracy(weights, x[held_out], labels[held_out])
    print(f"{STEPS} steps in {seconds:.2f} s; loss {losses[0]:.4f} -> {losses[-1]:.4f}")
    print(f"accuracy: training {on_training:.2%}, held out {on_held_out:.2%} of {held_out.sum()} images")

    # the loss against scikit-learn's public one; probabilities are the softmax that the loss is built on
    z = x @ weights
    ours = float(kernels.cross_entropy_labels(z, labels).mean())
    e = np.exp(z - z.max(axis=1, keepdims=True))
    value_differs = abs(ours / log_loss(labels, e / e.sum(axis=1, keepdims=True)) - 1)
    print(f"loss against sklearn.metrics.log_loss: relative difference {value_differs:.1e}")

    # the gradient at the zero weights, at the trained ones, and at half of them
    worst = 0.0
    for factor in (0.0, 0.5, 1.0):
        _, gradient = loss_and_gradient(factor * weights, x, labels)
        theirs = sklearn_gradient(factor * weights, x, labels)
        if theirs is None:
            print("gradient: this scikit-learn has no LinearModelLoss to compare with")
            break
        worst = max(worst, float(np.max(np.abs(gradient - theirs)) / np.max(np.abs(theirs))))
    else:
        print(f"gradient against scikit-learn's: largest relative difference {worst:.1e}")
    good = on_held_out >= WANTED_ACCURACY and worst <= WANTED_AGREEMENT and value_differs <= WANTED_AGREEMENT
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
