"""Explain: a derivation written out for a person, in text or Markdown.

* :mod:`.document`   from a derivation to headings, sentences, equations (:mod:`.blocks`)
* :mod:`.sentences`  what is said before a step, by its rule
* :mod:`.plain`      layout for a terminal, with Unicode signs or in ASCII
* :mod:`.markdown`   layout as GitHub Markdown with LaTeX
"""

from __future__ import annotations

from symderiv.definitions import Function
from symderiv.derive.steps import derive_steps
from symderiv.errors import NotSupported
from symderiv.explain.document import direction, document, title, upstream
from symderiv.explain.markdown import Markdown
from symderiv.explain.plain import Plain
from symderiv.notation.latex import LatexPrinter, symbol

#: The formats that exist.
FORMATS = ("text", "markdown")


def explain(function: Function, wrt: str | None = None, format: str = "text", ascii: bool = False) -> str:
    """The derivation of d output / d ``wrt`` (default: the first input), step by step, each step proved.

    ``format`` is ``text`` (with ``ascii`` in plain ASCII) or ``markdown``.
    """
    if format not in FORMATS:
        raise NotSupported(f"explain has no format '{format}'; it has {' and '.join(FORMATS)}")
    derivation = derive_steps(function, wrt)
    blocks = document(derivation)
    if format == "markdown":
        names = {*function.inputs, *function.bodies, *derivation.names, "J"}
        barred = {upstream(derivation): rf"\bar{{{symbol(function.output.name)}}}"}
        dotted = {direction(derivation): rf"\dot{{{symbol(derivation.target.name)}}}"}
        printer = LatexPrinter(frozenset(names), barred | dotted)
        return Markdown(printer).render(title(derivation), blocks)
    return Plain(ascii=ascii).render(title(derivation), blocks)


__all__ = ["FORMATS", "explain"]
