"""What ``import symderiv as sd`` offers: functions as objects with their derivatives and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symderiv import definitions, library
from symderiv.errors import InputError
from symderiv.notation.show import equation, text
from symderiv.terms import Diff, Entry, Term

if TYPE_CHECKING:
    from symderiv.explain import Document
    from symderiv.verify.claims import Result


class Equation:
    """``left = right`` as text, LaTeX and SymPy; shows as mathematics in a notebook."""

    def __init__(self, left: Term, right: Term) -> None:
        self.left = left
        self.right = right

    def __str__(self) -> str:
        if isinstance(self.left, Diff) and isinstance(self.left.body, Entry) and len(self.left.targets) == 1:
            return f"d{text(self.left.body)}/d{text(self.left.targets[0])} = {text(self.right)}"
        return equation(self.left, self.right)

    def __repr__(self) -> str:
        return str(self)

    def latex(self) -> str:
        """The equation as LaTeX."""
        from symderiv.notation.latex import to_latex_equation

        return to_latex_equation(self.left, self.right)

    def sympy(self) -> Any:
        """The right-hand side as a SymPy expression over ``IndexedBase``."""
        from symderiv.notation.sympy_bridge import to_sympy

        return to_sympy(self.right)

    def _repr_latex_(self) -> str:
        from symderiv.notation.latex import repr_latex

        return repr_latex(self.left, self.right)


class Function(definitions.Function):
    """A stated function (see :class:`symderiv.definitions.Function`) with everything it gets."""

    def __str__(self) -> str:
        return "\n".join(equation(s.entry, s.body) for s in self.statements)

    def __repr__(self) -> str:
        return f"<Function {self.name}: {'; '.join(str(self).splitlines())}>"

    def _repr_latex_(self) -> str:
        from symderiv.notation.latex import LatexPrinter

        shown = LatexPrinter.for_terms([t for s in self.statements for t in (s.entry, s.body)])
        rows = r" \\ ".join(f"{shown.latex(s.entry)} &= {shown.latex(s.body)}" for s in self.statements)
        return rf"$\displaystyle \begin{{aligned}} {rows} \end{{aligned}}$"

    def derivative(self, wrt: str | None = None) -> Equation:
        """d output / d input, folded into the function's own names; proved equal to what the rules
        give.  ``wrt`` names an input (default: the first)."""
        from symderiv.derive.fold import derivative

        found = derivative(self, wrt)
        return Equation(found.left, found.folded)

    def verify(self, claim: str | None = None) -> Any:
        """The verdict about ``claim``, or a list for all claims stated with the function."""
        from symderiv.verify.claims import verify_all

        return verify(self, claim) if claim is not None else verify_all(self)

    def explain(self, wrt: str | None = None, *, every: bool = False) -> Document:
        """The derivation by ``wrt`` (default: the first input; ``every``: all), step by step; a document
        that prints as text, shows as mathematics in a notebook, and goes ``.to("html")``, ``"latex"`` ..."""
        from symderiv.explain import explain

        return explain(self, wrt, every=every)


def define(
    statements: Any,
    *,
    assume: Sequence[str] = (),
    claims: Sequence[str] = (),
    dims: Mapping[str, Sequence[str]] | None = None,
    labels: Sequence[str] = (),
    name: str = "",
    doc: str = "",
) -> Function:
    """State a function: a text in the notation, or SymPy equations ``[(Y[j], expression), ...]``.

    Raises :class:`symderiv.InputError` where the text has no meaning.
    """
    if isinstance(statements, (bytes, bytearray)) or not isinstance(statements, (str, Iterable)):
        raise InputError(
            "not-text",
            "define takes a text such as 'y[j] = exp(z[j])' or SymPy equations [(Y[j], expression), ...], "
            f"not {type(statements).__name__}",
        )
    if not isinstance(statements, str):
        from symderiv.notation.sympy_bridge import function_from_sympy

        made = function_from_sympy(statements, name=name)
        statements, dims = made.define, dims or made.declared
    return Function(statements, assume=assume, claims=claims, dims=dims, labels=labels, name=name, doc=doc)


def _public(function: definitions.Function) -> Function:
    return Function(
        function.define,
        assume=function.assume,
        claims=function.claim_texts,
        dims=function.declared,
        labels=function.labels,
        name=function.name,
        doc=function.doc,
        measured=function.measured,
    )


def load(path: str | Path) -> dict[str, Function]:
    """The functions of a TOML definition file."""
    return {name: _public(f) for name, f in library.load(path).items()}


class _Catalog(Mapping[str, Function]):
    def __getitem__(self, name: str) -> Function:
        return _public(library.catalog[name])

    def __iter__(self) -> Any:
        return iter(library.catalog)

    def __len__(self) -> int:
        return len(library.catalog)

    def __repr__(self) -> str:
        return f"<catalog of shipped functions: {', '.join(self)}>"


#: The shipped functions by name.
catalog = _Catalog()


def verify(function: definitions.Function, claim: str) -> Result:
    """Check a claim about ``function`` with all four checkers."""
    from symderiv.verify.claims import verify as check

    return check(function, claim)
