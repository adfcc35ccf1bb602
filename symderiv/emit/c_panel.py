"""All passes of a program, in order, for a few rows: one C function, with the numbers of rows in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from symderiv.emit.c_lanes import TYPES, Scalars
from symderiv.emit.c_names import safe
from symderiv.emit.c_reads import ReadsPrinter
from symderiv.emit.c_text import Body, CFunction, head_of, shown_as, wrapped_call
from symderiv.lower.passes import Pass, Scalar
from symderiv.notation.show import text
from symderiv.terms import ONE, Entry, Size, mul, walk


class PanelPrinter(ReadsPrinter):
    """Prints the function that does all passes for a few rows."""

    def panel(self) -> CFunction:
        """The function that does all passes for a few rows."""
        made, body = self.made, Body()
        parameters = ["int across", "int rows", "int valid", f"ptrdiff_t {self.size}", *self._parameters()]
        parameters += ["int after"] if self.looks_far else []
        parameters += [f"int *{n}" for n in self.notes]
        if made.outer is not None:
            parameters.insert(3, f"{self.ctype} *piece")
        if made.batch:
            parameters = parameters[3:]
            body.add("const int across = 1, rows = 1;")
        if made.batch:  # of a size that SD_L divides: see run
            body.add(f"const ptrdiff_t step = SD_L, whole = {self.size};")
            body.add("const int lanes = SD_L;")
        else:
            whole = f"whole = across ? {self.size} - {self.size} % SD_L : {self.size};"
            body.add(f"const ptrdiff_t step = across ? SD_L : 1, {whole}")
            body.add(f"const int lanes = across ? SD_L : rows, rest = (int)({self.size} - whole);")
            if any(map(self.may_be_brief, made.passes)):
                body.add(f"const int brief = across && {self.size} <= SD_LONG * SD_L;")
            if made.outer is None:
                self._beside(body)
        kept = [n for n in self.numbers if n not in self.labels]
        if kept:
            body.add(f"double {', '.join(f'{self.numbers[n]}[SD_L]' for n in kept)};")
        if made.outer is not None:
            self._tiles(body)
        self._arguments(body)
        for item in self._grouped(made.items):
            self._item(body, item)
            if isinstance(item, Pass):
                self._entries_after(body, item)
        if made.outer is not None:
            self._each_row(body)
        self._fix_and_results(body)
        idle = self._idle(body, parameters)
        first = next((n for n, (_, x) in enumerate(body.lines) if not x.startswith("const ")), 0)
        body.lines[first:first] = [(0, f"(void){name};") for name in idle]
        return CFunction((), head_of(f"SDV_INLINE void {self.symbol}_panel(", parameters), tuple(body.lines))

    def _tiles(self, body: Body) -> None:
        """Where rows of a result over two letters are made: in their places, or beside each other."""
        out, lines = safe(self.output), self.stride(self.output, 0)
        names = ["line", *(["kept"] if self.made.kept else [])]
        body.add(f"{self.ctype} {', '.join(f'{n}_tile[SD_SMALL * SD_L]' for n in names)};")
        body.add(f"const ptrdiff_t place = across ? {self.stride(self.output, 1)} : SD_L;")
        if self.made.kept:
            there = f"across ? {out} + ({self.size} - 1) * {lines} : kept_tile"
            body.add(f"{self.ctype} *const kept = {there};")

    @staticmethod
    def _idle(body: Body, parameters: Sequence[str]) -> list[str]:
        """Parameters and constants that the body does not use."""
        count = Counter(w for _, line in body.lines for w in re.findall(r"\w+", line))
        constants = [n for n in ("across", "rows", "step", "lanes", "rest", "whole", "once") if count[n] == 1]
        return constants + [n for n in (p.split()[-1].lstrip("*") for p in parameters) if not count[n]]

    @staticmethod
    def _grouped(items: Iterable[Scalar | Pass]) -> list[list[Scalar] | Pass]:
        """Scalars that follow each other together."""
        out: list[list[Scalar] | Pass] = []
        for i in items:
            if isinstance(i, Pass):
                out.append(i)
            elif out and isinstance(out[-1], list):
                out[-1].append(i)
            else:
                out.append([i])
        return out

    def _item(self, body: Body, item: list[Scalar] | Pass) -> None:
        if isinstance(item, Pass):
            if item.rare:
                self._again(body, item)
            else:
                self._call(body, item, safe(self.output), self.stride(self.output))
            return
        writer = Scalars(self.work, self._number, self.size)
        for s in item:
            body.add(f"/* {text(Entry(s.name))} = {shown_as(s.value)} */")
        lines = [f"{self.numbers[s.name]}[r] = {writer.text(s.value)};" for s in item]
        self._for_rows(body, lines)

    def _again(self, body: Body, p: Pass) -> None:
        """A pass for the rows where one of its totals is not finite; the others keep what they have."""
        names = [self.numbers[t.name] for t in p.totals]
        before = {n: self.names.pick(f"{n}_before") for n in names}
        finite = " && ".join(f"sd_all_finite(rows, {n})" for n in names)
        body.add("/* Where that is not finite, as it is written. */")
        body.open(f"if (!({finite})) {{" if len(names) > 1 else f"if (!{finite}) {{")
        body.add(f"double {', '.join(f'{x}[SD_L]' for x in before.values())};")
        body.add(*(f"for (int r = 0; r < rows; ++r) {x}[r] = {n}[r];" for n, x in before.items()))
        self._call(body, p, safe(self.output), self.stride(self.output))
        for n, x in before.items():
            body.add(f"for (int r = 0; r < rows; ++r) if (sd_is_finite({x}[r])) {n}[r] = {x}[r];")
        body.close()

    @staticmethod
    def _for_rows(body: Body, lines: Sequence[str]) -> None:
        if len(lines) == 1:
            body.add(f"for (int r = 0; r < rows; ++r) {lines[0]}")
            return
        body.open("for (int r = 0; r < rows; ++r) {")
        body.add(*lines)
        body.close()

    def _number(self, e: Entry) -> str:
        """What a number of a row is called; entries at ``outer`` are read where they lie."""
        if not e.indices:
            return f"{self.numbers[e.name]}[r]"
        (j,) = e.letters
        place = safe(j.name)
        if e.name == self.made.kept:
            return f"(double)kept[{place} * place + r]"
        return f"(double){safe(e.name)}[{place} * {self.stride(e.name)} + r * {safe(e.name)}_row]"

    def _call(self, body: Body, p: Pass, out: str, out_step: str) -> None:
        """The calls of a pass for the rows, with what they need in lanes and what they leave there."""
        _, numbers, shifts = self.used(p)
        batch = self.made.batch or self.made.outer is not None
        body.open("{")
        self._prepare(body, numbers, shifts)
        if not batch:
            body.open("for (int turn = 0; turn < (across ? rows : 1); ++turn) {")
        else:
            body.open("{")
            if p.totals or numbers or shifts:
                body.add("const int turn = 0;")
        starts = []
        for t in p.totals:
            for name, of in self._accumulators(t):
                body.add(f"{of} {name}_[SD_L];")
                first = {
                    "max": f"-sdv_infinity_{self.work}()",
                    "min": f"sdv_infinity_{self.work}()",
                    "prod": "1",
                }
                start = first.get(t.op, "0") if not t.at else f"({of})sd_nan()" if t.some else "0"
                start = f"across ? 0 : {start}" if self.numbered(p, t) else start
                starts.append(f"{name}_[l] = {start};")
        if starts:
            body.add(f"SD_LANES(l, SD_L) {{ {' '.join(starts)} }}")
        passed = []
        for n in self.waits(p):
            there = f"{self.size} <= SD_WAITS / (ptrdiff_t)sizeof(*{safe(n)})"
            passed += [f"{safe(n)} + turn * {safe(n)}_row", self.stride(n), f"{there} ? step : 1"]
        passed += ["brief"] if self.may_be_brief(p) else []
        if any(isinstance(t, Size) for u in p.terms for t in walk(u)):
            passed.append(self.size)
        near = self._near(numbers, shifts)
        passed += ["!across"] if near else []
        passed += [f"{n}_ + turn" for n in near]
        passed += [f"{n}_" for t in p.totals for n, _ in self._accumulators(t)]
        passed += self.notes
        if not self.overlaps or self.made.outer is not None:
            self._at_once(body, p, passed, out, out_step)
        else:
            self._along(body, p, passed)
        for t in p.totals:
            own = self.numbers[t.name]
            if t.at:
                at, what = self.numbers[t.at], "some" if t.some else "at"
                found = f"{at}_, {at}, {own}_"
                if self.numbered(p, t):
                    assert isinstance(t.body, Entry)
                    n = t.body.name
                    row = f"{safe(n)} + turn * {safe(n)}_row"
                    what, found = "place", f"{found}, {self.size}, {row}, {self.stride(n)}"
                body.add(*wrapped_call(f"sd_collect_{what}_{self.work}(across, turn, {found}, {own});"))
            elif t.op in ("max", "min"):
                plain = "plain_" if t.name in self.careless else ""
                body.add(f"sd_collect_{plain}{t.op}_{self.work}(across, turn, {own}_, {own});")
            elif t.op == "prod":
                body.add(f"sd_collect_prod(across, turn, {own}_, {own});")
            elif self.counts(t):
                body.add(f"sd_collect_count_{self.work}(across, turn, {own}_, {own});")
            elif self.work == "f32":
                body.add(f"sd_collect_sum(across, turn, {own}_, {own});")
            else:
                low = ("brief ? 0 : " if "brief" in passed else "") + f"{own}_low_"
                body.add(f"sd_collect_total(across, turn, {own}_, {low}, {own});")
        body.close()
        body.close()
        writer = Scalars(self.work, self._number, self.size)
        after = []
        for t in p.totals:
            number = f"{self.numbers[t.name]}[r]"
            factor = writer.text(mul(t.factor, Entry(t.name))) if t.factor != ONE else number
            if t.op == "mean":
                factor = f"{factor} / (double){self.size}"
            if t.factor != ONE or t.op == "mean":
                after.append(f"{number} = {factor};")
        if after:
            if any(t.factor != ONE for t in p.totals):
                body.add(f"if ({self.size} > 0) /* a sum of nothing is 0 whatever its factor */")
            self._for_rows(body, after)

    def _text(self, p: Pass, places: str, first: str, number: str, given: Iterable[str]) -> str:
        """A call of a pass; ``number`` is that of its first step."""
        numbered = any(self.numbered(p, t) for t in p.totals)
        parts = [places, *([first] if id(p) in self.counted else []), *([number] if numbered else []), *given]
        return f"{self.passes[id(p)]}({', '.join(parts)});"

    def _end(self, body: Body, p: Pass, passed: Sequence[str], read: Sequence[str]) -> dict[str, str]:
        """The end of a row that SD_L does not divide: its last SD_L places, with results kept aside."""
        last = {n: self.names.pick(f"{n}_last") for n in self._written(p)}
        if last:
            body.add(f"{self.ctype} {', '.join(f'{x}[SD_L]' for x in last.values())};")
        aside = [x for n in last.values() for x in (n, "0", "1")]
        places = f"{self.size} - SD_L, {self.size}, step, SD_L"
        number = f"({TYPES[self.work]})(whole / SD_L)"
        end = self._text(p, places, "SD_L - rest", number, [*read, *aside, *passed])
        body.add(*wrapped_call(f"if (across && rest) {end}"))
        return last

    def _at_once(self, body: Body, p: Pass, passed: Sequence[str], out: str, out_step: str) -> None:
        """All places in one call."""
        arrays, _, _ = self.used(p)
        read = [x for n in arrays for x in self._passed(n, out, out_step)]
        written = {n: self._passed(n, out, out_step) for n in self._written(p)}
        there = [x for w in written.values() for x in w]
        last = self._end(body, p, passed, read) if self.overlaps else {}
        some = "" if self.made.batch else "across || whole"
        main = self._text(p, "0, whole, step, lanes", "0", "0", [*read, *there, *passed])
        body.add(*wrapped_call(f"if ({some}) {main}" if some else main))
        for n, (base, step, _) in written.items():
            if n in last:
                place = f"{base}[({self.size} - SD_L + l) * {step}]"
                body.add(f"if (across && rest) SD_LANES(l, SD_L) {place} = {last[n]}[l];")

    def _along(self, body: Body, p: Pass, passed: Sequence[str]) -> None:
        """A row along, or rows beside each other by so many places."""
        arrays, _, _ = self.used(p)
        arrays = [self._array(n) for n in arrays]
        written = [self._array(n) for n in self._written(p)]
        rows = {n: f"{safe(n)} + turn * {safe(n)}_row" for n in self.along}
        steps = {n: self.stride(n) for n in self.along}
        far = {n: [f"after ? {safe(n)}_row : SD_NEAR"] for n in self.far(p)}
        ends = [x for n in arrays for x in (rows[n], steps[n], steps[n], *far.get(n, []))]
        last = self._end(body, p, passed, ends)
        body.open("for (ptrdiff_t part = 0, at = 0; part < parts; ++part, at += SD_TALL) {")
        body.add("const ptrdiff_t here = across ? whole : sd_least(SD_TALL, whole - at);")
        for n in dict.fromkeys(arrays):
            there = f"{safe(n)} + at * {steps[n]}, {safe(n)}_row, {steps[n]}, {self.tiles[n]}"
            due = f"!{self.beside[n]}" + (" && !once" if n in self.turned else "")
            body.add(*wrapped_call(f"if ({due}) sd_turn_{self.real}(valid, here, {there});"))
        given = []
        for n in (*arrays, *written):
            given.append(f"{self.beside[n]} ? {rows[n]} + at * {steps[n]} : {self.tiles[n]}")
            given += [f"{self.beside[n]} ? {steps[n]} : SD_L", f"across ? {steps[n]} : 1", *far.pop(n, [])]
        body.add(*wrapped_call(self._text(p, "0, here, step, lanes", "0", "0", [*given, *passed])))
        for n in dict.fromkeys(written):
            there = f"{self.tiles[n]}, {safe(n)} + at * {steps[n]}, {safe(n)}_row, {steps[n]}"
            due = f"!{self.beside[n]}" + (" && !once" if p.store is None else "")
            body.add(*wrapped_call(f"if ({due}) sd_turn_back_{self.real}(valid, here, {there});"))
        body.close()
        for n, aside in zip(written, last.values(), strict=True):
            place = f"{safe(n)}[({self.size} - SD_L + l) * {steps[n]} + turn * {safe(n)}_row]"
            body.add(f"if (across && rest) SD_LANES(l, SD_L) {place} = {aside}[l];")
        self.turned.update(arrays, written)

    def _passed(self, n: str, out: str, out_step: str) -> list[str]:
        made = self.made
        if n == made.kept or n == self.output:
            if made.outer is not None:
                return ["kept" if n == made.kept else out, "place", "across ? place : 1"]
            return [out, out_step, out_step]
        step = self.stride(n)
        return [safe(n), step, step if made.outer is None else f"across ? {step} : {safe(n)}_row"]

    def _each_row(self, body: Body) -> None:
        """A result over two letters, row by row; the last row holds what is kept until its turn."""
        made = self.made
        assert made.outer is not None
        j, out = safe(made.outer.name), safe(self.output)
        body.open(f"for (ptrdiff_t {j} = 0; {j} < {self.size}; ++{j}) {{")
        there = f"{out} + {j} * {self.stride(self.output, 0)}"
        body.add(f"{self.ctype} *const line = !across ? line_tile : piece ? piece : {there};")
        for item in self._grouped(made.each):
            self._item_at(body, item)
        if made.fix is not None:
            fix = f"line[{j} * place + r] = ({self.ctype}){self.numbers[made.fix[1]]}[r];"
            body.add(f"for (int r = 0; r < rows; ++r) {fix}")
        square, turn_back = f"{self.size} * {self.size}", f"if (!across) sd_turn_back_{self.real}"
        back = f"piece ? piece + {j} * {self.size} : {there}, piece ? {square} : {out}_row"
        step = self.stride(self.output, 1)
        body.add(*wrapped_call(f"{turn_back}(valid, {self.size}, line, {back}, {step});"))
        body.add(f"if (across && piece) sd_stream_{self.real}({self.size}, piece, {there});")
        body.close()
        body.add(f"if (!across && piece) sd_stream_{self.real}(valid * {square}, piece, {out});")

    def _item_at(self, body: Body, item: list[Scalar] | Pass) -> None:
        if isinstance(item, Pass):
            self._call(body, item, "line", "place")
        else:
            self._item(body, item)

    def _fix_and_results(self, body: Body) -> None:
        made, out = self.made, safe(self.output)
        rows = {n: f"{safe(n)}[r * {safe(n)}_row]" for n in made.stored}
        if made.fix is not None and made.outer is None:
            k = self.numbers[made.fix[0].name]
            entry = f"{out}[r * {out}_row + {k}[r] * {self.stride(self.output)}]"
            body.add(f"/* the entry at {made.fix[0].name} */")
            body.open("for (int r = 0; r < valid; ++r)")
            body.add(f"if ({k}[r] >= 0) {entry} = ({self.ctype}){self.numbers[made.fix[1]]}[r];")
            body.depth -= 1
        cast = "" if self.real == "f64" else f"({self.ctype})"
        for name, row in rows.items():
            body.add(f"for (int r = 0; r < valid; ++r) {row} = {cast}{self.numbers[name]}[r];")
        for n in self.labels:
            k = self.numbers[n]
            body.open(f"for (int r = 0; {self.bad[n]} && r < valid; ++r)")
            body.open(f"if ({k}[r] < 0) {{")
            for row in rows.values():
                body.add(f"{row} = ({self.ctype})sd_nan();")
            if self.output not in rows:
                letter = safe(made.letter.name)
                body.add(f"for (ptrdiff_t {letter} = 0; {letter} < {self.size}; ++{letter})")
                there = f"{out}[r * {out}_row + {letter} * {self.stride(self.output)}]"
                body.add(f"    {there} = ({self.ctype})sd_nan();")
            body.close()
            body.depth -= 1
