"""Gufunc signatures: how many operands, which core dimensions, and what ``axis`` can mean for them.

What NumPy does with ``axis=`` (measured on 2.4; the rule is older):

===================  ==================  ====================================================================
signature            ``axis=`` natively  note
===================  ==================  ====================================================================
``(c)->(c)``         yes                 likewise ``(c),(c)->(c)``, ``(c),()->(c)``, ``(c),()->(),(c)``
``(c)->()``          yes                 ``keepdims=`` too, if every input has the same core dimensions
``()->()``           no (TypeError)      an ordinary ufunc: there is no axis; ``where=`` works
``(c)->(c,c)``       no (ValueError)     passes NumPy's check (one letter), then reads past a table of axes:
                                         the error message quotes uninitialised memory. Never forward ``axis``
``(c),(d)->(c,d)``   no (TypeError)      more than one letter; a fixed size, ``(c)->(3)``, counts as a letter
===================  ==================  ====================================================================

``axes=`` (one tuple an operand) works for all of them but ``()->()``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symderiv.build.compiler import BuildError

_OPERAND = r"\([^()]*\)"
_SIDE = rf"{_OPERAND}(?:,{_OPERAND})*"
_SIGNATURE = re.compile(rf"({_SIDE})->({_SIDE})")
_LETTER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+")


class SignatureError(BuildError):
    """A gufunc signature or its types cannot be read."""


@dataclass(frozen=True)
class Signature:
    """A gufunc signature with the types of its operands, inputs first."""

    inputs: tuple[tuple[str, ...], ...]
    outputs: tuple[tuple[str, ...], ...]
    types: str

    @classmethod
    def parse(cls, signature: str, types: str) -> Signature:
        """Read ``(c),(c)->(c)`` and ``rr->r``; spaces are ignored."""
        match = _SIGNATURE.fullmatch(signature.replace(" ", ""))
        if match is None:
            raise SignatureError(
                f"not a gufunc signature: {signature!r} (expected the like of '(c),(c)->(c)')"
            )
        inputs, outputs = (tuple(map(_letters, re.findall(_OPERAND, side))) for side in match.groups())
        left, arrow, right = types.partition("->")
        if (
            not arrow
            or (len(left), len(right)) != (len(inputs), len(outputs))
            or set(left + right) - set("ri")
        ):
            raise SignatureError(
                f"types {types!r} do not fit {signature!r}: one letter an operand, r (real) or i (int64)"
            )
        return cls(inputs, outputs, left + right)

    @property
    def one_axis(self) -> bool:
        """Whether one ``axis`` says it all: no input has two core dimensions, and all share one letter."""
        letters = {letter for operand in self.inputs for letter in operand}
        return len(letters) == 1 and all(len(operand) <= 1 for operand in self.inputs)

    @property
    def native_axis(self) -> bool:
        """Whether NumPy itself takes ``axis=`` for this signature, and rightly."""
        letters = {letter for operand in self.inputs + self.outputs for letter in operand}
        return self.one_axis and len(letters) == 1 and all(len(operand) <= 1 for operand in self.outputs)

    def axes(self, axis: int) -> list[tuple[int, ...]]:
        """The ``axes=`` that mean ``axis`` in every operand with that one core dimension; others trail."""
        (letter,) = {letter for operand in self.inputs for letter in operand}
        operands = self.inputs + self.outputs
        return [(axis,) if each == (letter,) else tuple(range(-len(each), 0)) for each in operands]


def _letters(operand: str) -> tuple[str, ...]:
    inside = operand[1:-1]
    letters = tuple(inside.split(",")) if inside else ()
    if not all(_LETTER.fullmatch(letter) for letter in letters):
        raise SignatureError(f"not core dimensions: {operand!r}")
    return letters
