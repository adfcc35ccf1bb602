"""The document object: one explanation in every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symderiv.definitions import Function
from symderiv.derive.staged import direction, upstream
from symderiv.derive.steps import Derivation
from symderiv.errors import NotSupported
from symderiv.explain.blocks import Content
from symderiv.explain.document import derivations_of, written
from symderiv.explain.markdown import Markdown
from symderiv.explain.marks import CHECKERS
from symderiv.explain.plain import Plain
from symderiv.notation.latex import POWER, LatexPrinter, symbol
from symderiv.terms import Term

#: The formats that exist.
FORMATS = ("text", "markdown", "latex", "html")


class _Printer(LatexPrinter):
    """Prints log1p and expm1 by name: a document says why they are used instead of what they equal."""

    def _call(self, function: str, args: tuple[Term, ...]) -> tuple[str, int]:
        if function in ("log1p", "expm1"):
            inside = self.latex(args[0])
            tall = any(mark in inside for mark in ("\\frac", "\\sum", "\\left", "\\begin"))
            shown = f"\\left({inside}\\right)" if tall else f"({inside})"
            return f"\\operatorname{{{function}}}{shown}", POWER
        return super()._call(function, args)


class Document:
    """An explanation; shows as mathematics in a notebook."""

    def __init__(self, derivations: Sequence[Derivation], checkers: Sequence[str] = CHECKERS[:1]) -> None:
        self.derivations = list(derivations)
        self.checkers = tuple(checkers)
        self._content: Content | None = None

    @property
    def content(self) -> Content:
        """Its title and blocks."""
        if self._content is None:
            self._content = written(self.derivations, self.checkers)
        return self._content

    def to(self, format: str) -> str:
        """The document in one of :data:`FORMATS`."""
        made: dict[str, Callable[[], str]] = {
            "text": self.text,
            "markdown": self.markdown,
            "latex": self.latex,
            "html": self.html,
        }
        if format not in made:
            raise NotSupported(f"explain has no format '{format}'; it has {', '.join(FORMATS)}")
        return made[format]()

    def text(self, ascii: bool = False) -> str:
        """For a terminal."""
        return Plain(ascii=ascii).render(self.content.title, self.content.blocks)

    def markdown(self, pictures: Sequence[str] = ()) -> str:
        """GitHub Markdown with LaTeX; ``pictures`` are the places of its pictures."""
        return Markdown(self._printer()).render(self.content, pictures)

    def latex(self) -> str:
        """A LaTeX article."""
        from symderiv.explain.article import Article

        return Article(self._printer()).document(self.content)

    def html(self) -> str:
        """An HTML page that needs no network."""
        from symderiv.explain.page import Page

        return Page(self._printer()).document(self.content)

    def _printer(self) -> LatexPrinter:
        """Prints terms with names that clash with nothing in the document."""
        taken: set[str] = {"J"}
        symbols: dict[str, str] = {}
        for d in self.derivations:
            taken |= {*d.function.inputs, *d.function.bodies, *d.names}
            for name in (d.target.name, *d.function.bodies):
                symbols[upstream(name)] = rf"\bar{{{symbol(name)}}}"
                symbols[direction(name)] = rf"\dot{{{symbol(name)}}}"
        return _Printer(frozenset(taken), {n: s for n, s in symbols.items() if n not in taken})

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from symderiv.explain.page import Page

        return Page(self._printer()).fragment(self.content)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_latex_(self) -> str:
        from symderiv.explain.article import Article

        return Article(self._printer()).fragment(self.content)


def explain(
    function: Function,
    wrt: str | None = None,
    *,
    every: bool = False,
    checkers: Sequence[str] = CHECKERS[:1],
) -> Document:
    """The derivation of d output / d ``wrt`` (default: the first input that the output moves with; with
    ``every``: all of them), step by step, each equation checked."""
    return Document(derivations_of(function, wrt, every=every), checkers)


__all__ = ["CHECKERS", "FORMATS", "Document", "explain"]
