"""Layout for a terminal: the project's notation with ∂, δ, Σ and ᵀ, or plain ASCII."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from symderiv.derive.matrix import Matrix
from symderiv.derive.network import Part, Path
from symderiv.explain.blocks import (
    Block,
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
from symderiv.notation.show import range_text, text
from symderiv.terms import (
    ONE,
    Add,
    Call,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Pi,
    Pow,
    Reduce,
    Term,
    free_indices,
    map_children,
    mul,
    split_range,
)

#: Column at which marks stand, where the line is shorter.
_MARK_COLUMN = 78


class Plain:
    """Renders blocks as text; ``ascii`` keeps to characters 32 to 126."""

    def __init__(self, ascii: bool = False) -> None:
        self.ascii = ascii

    def render(self, title: Words, blocks: Sequence[Block]) -> str:
        """The whole document."""
        shown = self.words(title)
        lines = [shown, "=" * len(shown)]
        for before, block in zip([None, *blocks], blocks, strict=False):
            match block:
                case Heading(words, level):
                    heading = self.words(words)
                    lines += ["", heading, ("=" if level == 1 else "-") * len(heading)]
                case Table():
                    lines += ["", *self.table(block)]
                case Picture():
                    pass
                case Says(words):
                    if not isinstance(before, Heading):
                        lines.append("")
                    lines.append(self.words(words))
                case Line():
                    lines.append(self.line(block))
                case MatrixLine(name, matrix, mark):
                    lines.append(_marked(f"    {self.matrix_name(name)} = {self.matrix(matrix)}", mark))
        lines += ["", *self.legend(blocks)]
        return "\n".join(lines) + "\n"

    def words(self, words: Words) -> str:
        """A sentence."""
        out = ""
        for w in words:
            match w:
                case str():
                    out += _plain_letters(w) if self.ascii else w
                case Formula(shown):
                    out += shown if self.ascii else _decorated(shown)
                case Equals(left, right, sign):
                    shown = sign if self.ascii else _SIGNS.get(sign, sign)
                    out += f"{self.term(left)} {shown} {self.term(right)}"
                case Term():
                    out += self.term(w)
        return out

    def line(self, block: Line) -> str:
        """A displayed equation."""
        shown = f"    {self.term(block.left)} = {self.term(block.right)}"
        unequal = "!=" if self.ascii else "≠"
        conditions = [f"{c.left.name} {'=' if c.equal else unequal} {c.right.name}" for c in block.conditions]
        if conditions:
            shown = f"    if {' and '.join(conditions)}: {shown.strip()}"
        return _marked(shown, block.mark)

    def legend(self, blocks: Sequence[Block]) -> list[str]:
        """What the marks mean."""
        used = {b.mark for b in blocks if isinstance(b, Line | MatrixLine)}
        return [f"[{mark}] {meaning}" for mark, meaning in MEANINGS.items() if mark in used]

    @staticmethod
    def table(table: Table) -> list[str]:
        """A table, its columns aligned."""
        rows = [table.head, *table.rows]
        wide = [max(len(r[n]) for r in rows) for n in range(len(table.head))]
        return ["    " + "  ".join(f"{c:>{w}}" if n else f"{c:<{w}}" for n, (c, w) in
                enumerate(zip(r, wide, strict=True))) for r in rows]  # fmt: skip

    # --- terms ------------------------------------------------------------------------------------

    def term(self, term: Term) -> str:
        """A term on one line."""
        return text(term) if self.ascii else text(_unicode(term))

    def matrix_name(self, name: str) -> str:
        """J, or the gradient of a scalar."""
        if name.startswith("grad ") and not self.ascii:
            return "∇" + name[5:]
        return name

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
            shown = f"({shown})"
        return self._scaled(m.scalar, shown)

    def part(self, p: Part) -> str:
        """One part of a matrix."""
        turned = "^T" if self.ascii else "ᵀ"
        match p.kind:
            case "identity":
                shown = "I"
            case "diagonal":
                shown = f"diag({self.vector(p.left)})"
            case "outer":
                shown = f"{self._factor(p.left)} {self._factor(p.right)}{turned}"
            case "path":
                shown = self.path(p.path, turned)
            case "paths":
                shown = f"{self.path(p.path, turned)} {self.turned(p.other, turned)}"
            case "tensor":
                shown = p.tensor + (turned if p.turned else "")
                if p.left != ONE:
                    shown = f"diag({self.vector(p.left)}) {shown}"
                if p.right != ONE:
                    shown = f"{shown} diag({self.vector(p.right)})"
            case _:
                shown = self.vector(p.left)
        return self._scaled(p.scalar, shown)

    def path(self, path: Path, turned: str) -> str:
        """A product of matrices, or with a vector at its end."""
        out: list[str] = []
        for link in path:
            alone = (not link.tensor and link.letter.name.startswith("_")) or len(path) == 1
            if link.weight != ONE or alone:
                vector = self.vector(link.weight)
                out.append(self._factor(link.weight) if alone else f"diag({vector})")
            if link.tensor:
                out.append(link.tensor + (turned if link.turned else ""))
        return " ".join(out)

    def turned(self, path: Path, turned: str) -> str:
        """A product that is a vector, as a row."""
        out: list[str] = []
        for link, before in zip(reversed(path), (*reversed(path[:-1]), None), strict=True):
            if not out:
                out.append(self._factor(link.weight) + turned)
            elif link.weight != ONE:
                out.append(f"diag({self.vector(link.weight)})")
            if before is not None:
                out.append(before.tensor + ("" if before.turned else turned))
        return " ".join(out)

    def _scaled(self, scalar: Term, shown: str) -> str:
        """``shown`` times a scalar: 1/s in front of a matrix becomes a denominator behind it."""
        if scalar == ONE:
            return shown
        whole = self.term(mul(scalar, Entry("@")))
        if whole.startswith("-@"):
            return whole.replace("@", shown, 1)
        sign, body = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        if body.startswith("@/"):
            return f"{sign}{self._grouped(shown)}{body[1:]}"
        return f"{sign}{body.replace('*@', ' ' + shown, 1).replace('@', self._grouped(shown), 1)}"

    @staticmethod
    def _grouped(shown: str) -> str:
        alone = shown.startswith("(") or " " not in shown
        return shown if alone else f"({shown})"

    def _factor(self, vector: Term) -> str:
        shown = self.vector(vector)
        return shown if " " not in shown and "/" not in shown else f"({shown})"

    def vector(self, term: Term) -> str:
        """A vector given by its entries: letters dropped, products entry by entry."""
        return self.term(self._vector(term)) if term != ONE else "1"

    def _vector(self, term: Term) -> Term:
        match term:
            case Entry(name):
                return Entry(name)
            case Reduce():
                return term
            case Mul(factors):
                vectors = [f for f in factors if _open(f)]
                if len(vectors) < 2:
                    return map_children(term, self._vector)
                dot = " . " if self.ascii else " ⊙ "
                below = [f for f in vectors if isinstance(f, Pow) and f.exponent == Num(Fraction(-1))]
                above = [f for f in vectors if f not in below]
                joined = dot.join(self._wrapped(f) for f in above) or "1"
                for f in below:
                    assert isinstance(f, Pow)
                    joined += f" / {self._wrapped(f.base)}"
                rest = [f for f in factors if f not in vectors]
                return mul(*rest, Entry(f"({joined})" if rest else joined))
            case _:
                return map_children(term, self._vector)

    def _wrapped(self, term: Term) -> str:
        shown = self.term(self._vector(term))
        return f"({shown})" if isinstance(term, Add) or " " in shown else shown


def _plain_letters(words: str) -> str:
    """Letters without their accents; ? for what is no letter of ASCII then."""
    apart = unicodedata.normalize("NFKD", words)
    return "".join(c for c in apart if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def _open(term: Term) -> frozenset[Index]:
    return free_indices(term)


def _marked(shown: str, mark: str) -> str:
    return f"{shown:<{_MARK_COLUMN}}  [{mark}]"


def _decorated(words: str) -> str:
    return words.replace("^2", "²").replace("a^(n-1)", "aⁿ⁻¹").replace("a^n", "aⁿ").replace("delta", "δ")


#: Signs of relations.
_SIGNS = {"!=": "≠", ">=": "≥", "<=": "≤"}
_SUPERSCRIPTS = {2: "²", 3: "³"}


def _unicode(term: Term) -> Term:
    """The term with parts replaced by entries whose names are their decorated text."""
    match term:
        case Delta(left, right):
            return Entry(f"δ[{left.name},{right.name}]")
        case Pi():
            return Entry("π")
        case Diff(body, targets):
            inner = _unicode(body)
            shown = text(inner) if isinstance(inner, Entry | Call | Reduce) else f"({text(inner)})"
            order = _SUPERSCRIPTS.get(len(targets), "") if len(targets) > 1 else ""
            return Entry(f"∂{order}{shown}/" + "".join(f"∂{text(t)}" for t in targets))
        case Reduce("sum" | "prod" as op, indices, body):
            sign = "Σ" if op == "sum" else "Π"
            ranges, inner = split_range(op, indices, body)
            return Entry(f"{sign}[{range_text(indices, ranges)}]({text(_unicode(inner))})")
        case Neutral():
            return term
        case Mul(factors):
            return Mul(tuple(_bracketed(f) for f in factors))
        case Pow(base, Num(value)) if abs(value) in _SUPERSCRIPTS:
            raised = Entry(text(_base(_unicode(base))) + _SUPERSCRIPTS[int(abs(value))])
            return raised if value > 0 else Pow(raised, Num(Fraction(-1)))
        case _:
            return map_children(term, _unicode)


def _bracketed(factor: Term) -> Term:
    made = _unicode(factor)
    return Entry(f"({made.name})") if isinstance(factor, Diff) and isinstance(made, Entry) else made


def _base(term: Term) -> Term:
    simple = isinstance(term, Entry) and "/" not in term.name and " " not in term.name
    return term if simple else Entry(f"({text(term)})")
