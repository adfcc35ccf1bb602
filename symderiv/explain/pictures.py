"""Pictures."""
from __future__ import annotations
from symderiv.explain.blocks import Picture
from symderiv.derive.steps import Derivation
from collections.abc import Sequence
def pictures_of(derivations: Sequence[Derivation]) -> list[Picture]:
    return []
