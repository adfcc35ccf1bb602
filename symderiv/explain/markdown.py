"""Layout as GitHub Markdown: sentences, displayed mathematics between $$, inline between $."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symderiv.derive.algebra import powers
from symderiv.derive.matrix import Matrix
from symderiv.derive.network import Part, Path
from symderiv.explain.blocks import (
    Content,
    Equals,
    Formula,
    Heading,
    Line,
    MatrixLine,
    Picture,
    Says,
    Table,
    Words,
)
from symderiv.explain.marks import MEANINGS
from symderiv.explain.mathml import broken
from symderiv.explain.plain import Plain
from symderiv.notation.latex import POWER, PRODUCT, LatexPrinter, symbol
from symderiv.terms import MINUS_ONE, ONE, Entry, Mul, Pow, Reduce, Term, free_indices, map_children, mul, neg

#: Signs of relations in LaTeX.
_SIGNS = {"!=": r"\ne", ">=": r"\ge", "<=": r"\le"}


class Markdown:
    """Renders blocks as Markdown with LaTeX; what it knows of LaTeX serves the other formats, too."""

    #: Width in ems at which an equation is broken.
    limit = 44.0

    def __init__(self, printer: LatexPrinter) -> None:
        self.printer = printer

    def render(self, content: Content, pictures: Sequence[str] = ()) -> str:
        """The whole document; ``pictures`` are the places where its pictures lie, in order."""
        out = [f"# {self.words(content.title)}"]
        left = list(pictures)
        for block in content.blocks:
            match block:
                case Heading(words, level):
                    out.append(f"{'#' * (level + 1)} {self.words(words)}")
                case Says(words):
                    out.append(self.words(words))
                case Line() | MatrixLine():
                    out.append(f"$$\n{broken(self.equation(block), self.limit)} \\tag{{{block.mark}}}\n$$")
                case Table(head, rows):
                    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
                    out.append("\n".join(f"| {' | '.join(r)} |" for r in lines))
                case Picture(_, words):
                    if left:
                        out.append(f"![{self.plain(words)}]({left.pop(0)})")
                        out.append(self.words(words))
        out.append("\n".join(f"- **{m}**: {MEANINGS[m]}" for m in MEANINGS if m in content.marks))
        return "\n\n".join(out) + "\n"

    def words(self, words: Words) -> str:
        """A sentence."""
        return "".join(self.text(w) if isinstance(w, str) else f"${self.math(w)}$" for w in words)

    def text(self, words: str) -> str:
        """Plain words: nothing in them is markup."""
        return re.sub(r"([\\`*_{}\[\]<>$#|])", r"\\\1", words)

    def plain(self, words: Words) -> str:
        """A sentence without any markup."""
        return Plain(ascii=True).words(words).replace("[", "(").replace("]", ")")

    def math(self, word: Term | Equals | Formula) -> str:
        """The mathematics inside a sentence, as LaTeX."""
        match word:
            case Equals(left, right, sign):
                return f"{self.printer.latex(left)} {_SIGNS.get(sign, sign)} {self.printer.latex(right)}"
            case Formula(_, shown):
                return shown
            case Term():
                return self.printer.latex(word)

    def equation(self, block: Line | MatrixLine) -> str:
        """A displayed equation, without delimiters."""
        if isinstance(block, MatrixLine):
            name = block.name
            left = rf"\nabla {symbol(name[5:])}" if name.startswith("grad ") else symbol(name)
            return f"{left} = {self.matrix(block.matrix)}"
        shown = self.printer.equation(block.left, block.right)
        signs = [
            f"{symbol(c.left.name)} {'=' if c.equal else chr(92) + 'ne'} {symbol(c.right.name)}"
            for c in block.conditions
        ]
        return shown + (rf" \qquad \text{{if }} {', '.join(signs)}" if signs else "")

    # --- matrices ---------------------------------------------------------------------------------

    def matrix(self, m: Matrix) -> str:
        """A matrix as a sum of its parts."""
        shown = ""
        for part in m.parts:
            one = self.part(part)
            if not shown:
                shown = one
            else:
                shown += f" - {one[1:]}" if one.startswith("-") else f" + {one}"
        if m.scalar == ONE:
            return shown
        if len(m.parts) > 1 or " + " in shown or " - " in shown:
            shown = f"\\left({shown}\\right)"
        return f"{self._scalar(m.scalar)}{shown}"

    def part(self, p: Part) -> str:
        """One part of a matrix."""
        match p.kind:
            case "identity":
                shown = "I"
            case "diagonal":
                shown = f"\\operatorname{{diag}}({self.vector(p.left)})"
            case "outer":
                shown = f"{self._factor(p.left)} {self._factor(p.right)}^{{\\top}}"
            case "path":
                shown = self.path(p.path)
            case "paths":
                shown = f"{self.path(p.path)} {self.turned(p.other)}"
            case "tensor":
                shown = symbol(p.tensor) + ("^{\\top}" if p.turned else "")
                if p.left != ONE:
                    shown = f"\\operatorname{{diag}}({self.vector(p.left)}) {shown}"
                if p.right != ONE:
                    shown = f"{shown} \\operatorname{{diag}}({self.vector(p.right)})"
            case _:
                shown = self.vector(p.left)
        return f"{self._scalar(p.scalar)}{shown}"

    def path(self, path: Path) -> str:
        """A product of matrices, or with a vector at its end."""
        out: list[str] = []
        for link in path:
            alone = (not link.tensor and link.letter.name.startswith("_")) or len(path) == 1
            if alone:
                out.append(self._factor(link.weight))
            elif link.weight != ONE:
                out.append(f"\\operatorname{{diag}}({self.vector(link.weight)})")
            if link.tensor:
                out.append(symbol(link.tensor) + ("^{\\top}" if link.turned else ""))
        return " ".join(out)

    def turned(self, path: Path) -> str:
        """A product that is a vector, as a row: p^T K for (K^T p)^T."""
        out: list[str] = []
        for link, before in zip(reversed(path), (*reversed(path[:-1]), None), strict=True):
            if not out:
                out.append(f"{self._factor(link.weight)}^{{\\top}}")
            elif link.weight != ONE:
                out.append(f"\\operatorname{{diag}}({self.vector(link.weight)})")
            if before is not None:
                out.append(symbol(before.tensor) + ("" if before.turned else "^{\\top}"))
        return " ".join(out)

    def _scalar(self, scalar: Term) -> str:
        """A scalar in front of what it multiplies."""
        if scalar == ONE:
            return ""
        if scalar == MINUS_ONE:
            return "-"
        coefficient, _ = powers(scalar)
        if coefficient < 0:
            return f"-{self.printer.wrap(neg(scalar), PRODUCT)} "
        return f"{self.printer.wrap(scalar, PRODUCT)} "

    def _factor(self, vector: Term) -> str:
        shown = self.vector(vector)
        plain = isinstance(vector, Entry) or vector == ONE
        return shown if plain else f"\\left({shown}\\right)"

    def vector(self, term: Term) -> str:
        """A vector given by its entries: letters dropped, products entry by entry."""
        if term == ONE:
            return r"\mathbf{1}"
        flat = self._vector(term)  # adds symbols to the printer
        return self.printer.latex(flat)

    def _vector(self, term: Term) -> Term:
        match term:
            case Entry(name):
                return Entry(name)
            case Reduce():
                return term
            case Mul(factors):
                below = [f for f in factors if isinstance(f, Pow) and f.exponent == MINUS_ONE]
                above = [f for f in factors if free_indices(f) and f not in below]
                if len(above) < 2:
                    return map_children(term, self._vector)
                flat = [self._vector(f) for f in above]
                shown = r" \odot ".join(self.printer.wrap(f, POWER) for f in flat)
                rest = [self._vector(f) for f in factors if f not in above]
                return mul(*rest, self._as_symbol(f"({shown})" if rest else shown))
            case _:
                return map_children(term, self._vector)

    def _as_symbol(self, shown: str) -> Entry:
        """An entry that prints as ``shown``."""
        name = f"@{len(self.printer.symbols)}"
        self.printer = replace(self.printer, symbols={**self.printer.symbols, name: shown})
        return Entry(name)
