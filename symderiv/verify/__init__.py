"""Verify: a claim to a verdict, by four checkers that share no code.

:mod:`.claims` runs them and joins what they say; :mod:`.verdict` holds the words.  The package is
callable: ``symderiv.verify(function, claim)`` is :func:`symderiv.verify.claims.verify`, although a
subpackage of the same name exists.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, function: Any, claim: Any, **options: Any) -> Any:
        from symderiv.verify.claims import verify

        return verify(function, claim, **options)


sys.modules[__name__].__class__ = _Callable
