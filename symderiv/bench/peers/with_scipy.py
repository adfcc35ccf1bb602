"""scipy.special."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

special: Any = import_module("scipy.special")
PACKAGE = "scipy"
Ways = list[Callable[[], Any]]


def numbers(result: Any) -> Any:
    return result


def softmax(z: Any, axis: int) -> Ways:
    return [lambda: special.softmax(z, axis)]


def log_softmax(z: Any, axis: int) -> Ways:
    return [lambda: special.log_softmax(z, axis)]
