"""A kernel in passes -> C functions: one for each pass, one that does them in order for a few rows, one that
chooses how to go over the rows (templates/c/core/lanes.c says why).
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.emit.c_names import safe
from symderiv.emit.c_panel import PanelPrinter
from symderiv.emit.c_text import Body, CFunction, head_of, wrapped_call
from symderiv.lower.kernel import Kernel
from symderiv.lower.passes import SHIFTED, Program, Scalar
from symderiv.lower.planner import program
from symderiv.lower.schedule import COSTLY
from symderiv.terms import Call, Entry, Mul, Num, Pow, walk


def in_passes(kernel: Kernel, real: str) -> Printer | None:
    """What prints the kernel in passes; None where it has none."""
    made = program(kernel)
    if made is not None and real == "f32" and not stays_in_range(made):
        made = program(kernel, keep=False)
        return None if made is None else Printer(made, real, "f64")
    return None if made is None else Printer(made, real, real)


def bare(made: Program) -> bool:
    """Whether nothing but sums, products and comparisons is worked out, at places and for rows."""
    scalars = [i.value for i in (*made.items, *made.each) if isinstance(i, Scalar)]
    terms = [*scalars, *(u for p in made.passes for u in p.terms)]
    return not any(isinstance(t, (Call, Pow)) for u in terms for t in walk(u))


def stays_in_range(made: Program) -> bool:
    """Whether float loses nothing that the result needs: no value of a place overflows, or is 0, before the
    result does.  That is so for exp(x - max x), at most 1, for entries and their products with each other; a
    square, another power or another function leaves the range of float where the result need not."""
    for t in (t for p in made.passes for u in p.terms for t in walk(u)):
        match t:
            case Call(function, _) if function != SHIFTED and function in COSTLY:
                return False
            case Pow(_, Num(n)) if n != -1 and n != 1:
                return False
            case Pow(_, exponent) if not isinstance(exponent, Num):
                return False
            case Mul(factors):
                read = [f for f in factors if isinstance(f, Entry)]
                if len(set(read)) < len(read):
                    return False
    return True


class Printer(PanelPrinter):
    """Prints all functions of a program."""

    def run(self) -> CFunction:
        """The function that chooses how to go over rows."""
        made, body = self.made, Body()
        parameters = ["ptrdiff_t rows", f"ptrdiff_t {self.size}", *self._parameters()]
        if made.batch:
            parameters = parameters[1:]
        vectors = self.along
        steps = [self.stride(n, 1 if n == self.output and made.outer else 0) for n in vectors]
        near = " && ".join(f"{s} == 1" for s in steps)
        panel = f"{self.symbol}_panel"
        if made.batch:
            self._run_batch(body, near, panel)
        elif made.outer is not None:
            self._run_outer(body, steps, near, panel)
        else:
            self._run_rows(body, vectors, near, panel)
        for name in self._idle(body, parameters):
            body.lines.insert(0, (0, f"(void){name};"))
        return CFunction(
            (), head_of(f"SD_CLONES static void {self.symbol}_run(", parameters), tuple(body.lines)
        )

    @staticmethod
    def _moved(name: str, strides: Sequence[str], row: str) -> list[str]:
        return [f"{safe(name)} + {row} * {strides[0]}", *strides]

    def _run_batch(self, body: Body, near: str, panel: str) -> None:
        """Entry by entry: one call, always of whole lanes that lie together, so that compilers make one loop
        of it and an entry has the same bits wherever it lies; what is left over or lies apart is copied.
        """
        given = [(n, s[0]) for n, _, s in self.arrays()]
        tiles = {n: self.names.pick(f"{n}_tile") for n, _ in given}
        body.add(f"{self.ctype} {', '.join(f'{t}[SD_TILE]' for t in tiles.values())};")
        body.add(f"const int near = {near};")
        body.open(f"for (ptrdiff_t row = 0, many; row < {self.size}; row += many) {{")
        body.add(f"const ptrdiff_t left = {self.size} - row;")
        body.add("const int beside = near && left >= SD_L;")
        body.add("many = beside ? left - left % SD_L : sd_least(left, SD_TILE);")
        for n, s in given[:-1]:
            body.add(f"if (!beside) sd_gather_{self.real}(many, {safe(n)} + row * {s}, {s}, {tiles[n]});")
        at = ", ".join(f"beside ? {safe(n)} + row : {t}, 1" for n, t in tiles.items())
        body.add(*wrapped_call(f"{panel}(many + (SD_L - many % SD_L) % SD_L, {at});"))
        n, s = given[-1]
        body.add(f"if (!beside) sd_scatter_{self.real}(many, {tiles[n]}, {safe(n)} + row * {s}, {s});")
        body.close()

    def _run_outer(self, body: Body, steps: Sequence[str], near: str, panel: str) -> None:
        """A result over two letters: long rows one by one, short ones beside each other."""
        fixed = [self._moved(n, s, "row") for n, _, s in self.arrays()]
        n, out = self.size, safe(self.output)
        down, along = self.stride(self.output, 0), self.stride(self.output, 1)
        body.add(
            f"if ({n} == 0) return;",
            f"const int side = {n} <= SD_SMALL; /* rows are worked on beside each other */",
            f"const int close = {along} == 1 && (side ? {out}_row == {n} * {n} && {down} == {n} : 1);",
            f"const ptrdiff_t most = side ? SD_L * {n} * {n} : {n}, entry = (ptrdiff_t)sizeof(*{out});",
            f"{self.ctype} pieces[SD_PIECE], *piece = 0; /* where a piece is made that is then streamed */",
        )
        apart = f"side ? 0 : {out}_row * entry, side ? 0 : {down} * entry"
        test = f"close && most <= SD_PIECE && sd_streams(rows * {n} * {n} * entry, {out}, {apart})"
        body.add(*wrapped_call(f"if ({test}) piece = pieces;"))
        body.open("for (ptrdiff_t row = 0; !side && row < rows; ++row)")
        body.add(f"if ({near})")
        ones = [x for group in fixed for x in ("1" if y in steps else y for y in group)]
        body.add(*wrapped_call(f"    {panel}(1, 1, 1, piece, {n}, {', '.join(ones)});"))
        body.add("else")
        body.add(
            *wrapped_call(f"    {panel}(1, 1, 1, piece, {n}, {', '.join(x for g in fixed for x in g)});")
        )
        body.depth -= 1
        tiles = {x: self.names.pick(f"{x}_tile") for x in self.vectors}
        if tiles:
            body.add(f"{self.ctype} {', '.join(f'{t}[SD_SMALL * SD_L]' for t in tiles.values())};")
        body.open("for (ptrdiff_t row = 0; side && row < rows; row += SD_L) {")
        body.add("const int many = (int)sd_least(SD_L, rows - row);")
        for x, t in tiles.items():
            at = f"{safe(x)} + row * {safe(x)}_row, {safe(x)}_row, {self.stride(x)}"
            body.add(f"sd_turn_{self.real}(many, {n}, {at}, {t});")
        given = [
            [tiles[x], "1", "SD_L"] if x in tiles else self._moved(x, s, "row") for x, _, s in self.arrays()
        ]
        body.add(
            *wrapped_call(f"{panel}(0, SD_L, many, piece, {n}, {', '.join(x for g in given for x in g)});")
        )
        body.close()
        body.add("if (piece) sd_streamed();")

    def _run_rows(self, body: Body, vectors: Sequence[str], near: str, panel: str) -> None:
        size, arrays = self.size, self.arrays()

        def call(across: str, rows: str, valid: str, what: dict[str, list[str]], after: str) -> str:
            passed = [x for n, _, s in arrays for x in what.get(n) or self._moved(n, s, "row")]
            passed += [after] if self.looks_far else []
            return f"{panel}({across}, {rows}, {valid}, {size}, {', '.join(passed)});"

        several = f"sd_rows_{'bare' if bare(self.made) else 'near'}({size})"
        body.open(f"if ({size} > SD_SMALL && {near}) {{")
        if self.looks_far:
            there = f"{size} > SD_NEAR && {size} <= SD_NEXT / (ptrdiff_t)sizeof({self.ctype})"
            body.add(f"const int long_rows = {there};")
        body.open(f"for (ptrdiff_t row = 0; row < rows; row += {several}) {{")
        body.add(f"const int many = (int)sd_least({several}, rows - row);")
        ones = {n: [f"{safe(n)} + row * {safe(n)}_row", f"{safe(n)}_row", "1"] for n in vectors}
        body.add(*wrapped_call(call("1", "many", "many", ones, "long_rows && row + many < rows")))
        body.close()
        body.add("return;")
        body.close()
        body.open("for (ptrdiff_t row = 0; row < rows; row += SD_L) {")
        body.add("const int many = (int)sd_least(SD_L, rows - row);")
        body.add(*wrapped_call(call("0", "SD_L", "many", {}, "0")))
        body.close()

    def functions(self) -> list[CFunction]:
        """All functions, each after what it calls."""
        return [*(self.pass_function(p) for p in self.made.passes), self.panel(), self.run()]


__all__ = ["CFunction", "Printer", "in_passes", "stays_in_range"]
