"""Layout as GitHub Markdown: sentences, displayed mathematics between $$, inline between $."""

from __future__ import annotations

from dataclasses import replace

from symderiv.derive.algebra import powers
from symderiv.derive.matrix import Matrix, Part
from symderiv.explain.blocks import Block, Equals, Heading, Line, MatrixLine, Says, Words
from symderiv.explain.plain import Plain
from symderiv.notation.latex import POWER, PRODUCT, LatexPrinter, symbol
from symderiv.terms import MINUS_ONE, ONE, Entry, Mul, Pow, Reduce, Term, free_indices, map_children, mul, neg


class Markdown:
    """Renders blocks as Markdown with LaTeX."""

    def __init__(self, printer: LatexPrinter) -> None:
        self.printer = printer

    def render(self, title: Words, blocks: list[Block]) -> str:
        """The whole document."""
        out = [f"# {self.words(title)}"]
        n = 0
        while n < len(blocks):
            block = blocks[n]
            match block:
                case Heading(words):
                    out.append(f"## {self.words(words)}")
                case Says(words):
                    follows = blocks[n + 1] if n + 1 < len(blocks) else None
                    mark = f" *[{follows.mark}]*" if isinstance(follows, Line | MatrixLine) else ""
                    out.append(self.words(words) + mark)
                case Line() | MatrixLine():
                    if n and not isinstance(blocks[n - 1], Says):
                        out.append(f"*[{block.mark}]*")
                    out.append(f"$$\n{self.equation(block)}\n$$")
            n += 1
        out.append("\n".join(f"- {line}" for line in Plain(ascii=True).legend(blocks)))
        return "\n\n".join(out) + "\n"

    def words(self, words: Words) -> str:
        """A sentence."""
        out = ""
        for w in words:
            match w:
                case str():
                    out += _inline(w)
                case Equals(left, right):
                    out += f"${self.printer.equation(left, right)}$"
                case Term():
                    out += f"${self.printer.latex(w)}$"
        return out

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
            case "tensor":
                shown = symbol(p.tensor) + ("^{\\top}" if p.turned else "")
                if p.left != ONE:
                    shown = f"\\operatorname{{diag}}({self.vector(p.left)}) {shown}"
                if p.right != ONE:
                    shown = f"{shown} \\operatorname{{diag}}({self.vector(p.right)})"
            case _:
                shown = self.vector(p.left)
        return f"{self._scalar(p.scalar)}{shown}"

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


def _inline(words: str) -> str:
    """Formulas that stand in the fixed sentences."""
    for plain, shown in (
        ("(f/g)' = (f' g - f g')/g^2", r"$(f/g)' = (f' g - f g')/g^{2}$"),
        ("(a/g)' = -a g'/g^2", r"$(a/g)' = -a g'/g^{2}$"),
        ("(a b)' = a' b + a b'", r"$(a b)' = a' b + a b'$"),
        ("(a^n)' = n a^(n-1) a'", r"$(a^{n})' = n a^{n-1} a'$"),
        ("exp(exponent * log(base))", r"$\exp(\text{exponent} \cdot \log(\text{base}))$"),
        ("delta", r"$\delta$"),
    ):
        words = words.replace(plain, shown)
    return words
