"""What a few rows start from, as C text: single numbers, labels, entries at labels, and tiles of rows."""

from __future__ import annotations

from symderiv.emit.c_names import safe
from symderiv.emit.c_pass import PassPrinter
from symderiv.emit.c_text import Body, wrapped_call
from symderiv.lower.passes import FIRST, Pass, Program, names_read
from symderiv.notation.show import text
from symderiv.terms import Entry

#: The row that a lane of a panel stands for: the last one again where there are no more.
_VALID = "sd_least(r, valid - 1)"


class ReadsPrinter(PassPrinter):
    """Prints how a panel reads numbers of rows, and where it holds rows beside each other."""

    def __init__(self, made: Program, real: str, work: str, suffix: str = "") -> None:
        super().__init__(made, real, work, suffix)
        #: Arrays along the axis, where rows beside each other are read and written, and whether it is there.
        self.along = [n for n in self.vectors if made.batch or n in self.read]
        self.along += [self.output] if self.kernel.output.head else []
        self.tiles = {n: self.names.pick(f"{n}_tile") for n in self.along}
        self.turned: set[str] = set()  # arrays that are in their tiles by now
        self.beside = {n: self.names.pick(f"{n}_beside") for n in self.along}
        #: Whether some pass calls the next row near.
        self.looks_far = any(self.far(p) for p in made.passes)
        #: Entries at labels, by the pass after which they are read: of those before it, where they lie.
        self.later = {name: p for name, e in made.reads if (p := self._first_user(name, e)) is not None}

    def _first_user(self, name: str, e: Entry) -> Pass | None:
        """The pass after which an entry at a label is read from the tile that holds its row by then."""
        made = self.made
        if e.name == made.kept:
            return next(p for p in made.passes if p.keep)
        first = made.items[0]
        if e.letters == (FIRST,) or made.outer is not None or not isinstance(first, Pass):
            return None
        read = list(names_read(first))
        waits = any(r.name == e.name for r in read) and all(r.name != name for r in read)
        return first if waits and e.name in self.along else None

    def _beside(self, body: Body) -> None:
        """How rows beside each other are read and written: SD_TALL places at a time, where they lie if the
        array has its rows side by side, else through a tile; all places at once if they are no more."""
        vectors = self.along
        body.add(f"const ptrdiff_t parts = across ? 1 : ({self.size} + SD_TALL - 1) / SD_TALL;")
        body.add(f"const int once = {self.size} <= SD_TALL;")
        body.add(f"{self.ctype} {', '.join(f'{self.tiles[n]}[SD_TALL * SD_L]' for n in vectors)};")
        there = (f"{self.beside[n]} = across || ({safe(n)}_row == 1 && valid == SD_L)" for n in vectors)
        body.add(*wrapped_call(f"const int {', '.join(there)};"))

    def _array(self, n: str) -> str:
        """The array that a value is kept in."""
        return self.output if n == self.made.kept else n

    def _arguments(self, body: Body) -> None:
        """Single numbers and labels of each row, and entries at labels."""
        made = self.made
        if made.batch:
            return
        for n in self.singles:
            body.add(
                f"for (int r = 0; r < rows; ++r) "
                f"{self.numbers[n]}[r] = (double){safe(n)}[{_VALID} * {safe(n)}_row];"
            )
        for n in self.labels:
            body.add("/* A label out of range: nothing is read, the result is NaN. */")
            body.add(f"ptrdiff_t {self.numbers[n]}[SD_L], {self.bad[n]} = 0;")
            here, each_row = self.names.pick(f"{n}_here"), "    for (int r = 0; r < rows; ++r)"
            body.add(f"long long {here}[SD_L];")
            body.add(f"if (valid == rows && {safe(n)}_row == 1) /* in one piece */")
            body.add(f"{each_row} {here}[r] = {safe(n)}[r];", "else")
            body.add(f"{each_row} {here}[r] = {safe(n)}[{_VALID} * {safe(n)}_row];")
            body.open("for (int r = 0; r < rows; ++r) {")
            body.add(f"const ptrdiff_t inside = {here}[r] >= 0 && {here}[r] < {self.size};")
            body.add(f"{self.numbers[n]}[r] = inside ? (ptrdiff_t){here}[r] : -1;")
            body.add(f"{self.bad[n]} |= !inside;")
            body.close()
        for name, e in made.reads:
            if name in self.later:
                continue
            body.add(f"/* {text(Entry(name))} = {text(e)} */")
            if e.letters == (FIRST,):
                there = f"(double){safe(e.name)}[{_VALID} * {safe(e.name)}_row]"
                body.add(
                    f"for (int r = 0; r < rows; ++r) "
                    f"{self.numbers[name]}[r] = {self.size} > 0 ? {there} : 0.0;"
                )
            else:
                body.add(self._entries(name, e))

    def _entries(self, name: str, e: Entry) -> str:
        """Entries at labels, read where they lie."""
        (k,) = e.letters
        n = self._array(e.name)
        at = f"{_VALID} * {safe(n)}_row + {self.numbers[k.name]}[r] * {self.stride(n)}"
        return (
            f"for (int r = 0; r < rows; ++r) {self.numbers[name]}[r] = "
            f"{self.numbers[k.name]}[r] < 0 ? sd_nan() : (double){safe(n)}[{at}];"
        )

    def _entries_after(self, body: Body, p: Pass) -> None:
        """Entries at labels that are read after a pass: from its tile, if that holds whole rows."""
        for name, e in self.made.reads:
            if self.later.get(name) is not p:
                continue
            (k,) = e.letters
            n = self._array(e.name)
            label = self.numbers[k.name]
            body.add(f"/* {text(Entry(name))} = {text(e)} */")
            place = f"{self.tiles[n]}[({label}[r] < 0 ? 0 : (int){label}[r]) * SD_L + r]"
            body.add(
                f"if (!{self.beside[n]} && once && {self.size} > 0) /* a label out of range reads whatever */"
            )
            body.add(f"    for (int r = 0; r < rows; ++r) {self.numbers[name]}[r] = (double){place};")
            body.add("else")
            body.add("    " + self._entries(name, e))
