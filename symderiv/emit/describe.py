"""What the comments of a kernel say: form, shapes, aliasing, special values, cost."""

from __future__ import annotations

from symderiv.lower.kernel import Argument, Kernel
from symderiv.lower.nest import Keep, Kept, Let, Loop, Node, Store, Take, in_place, kept, nest
from symderiv.lower.passes import SHIFTED, Pass, Program, is_costly
from symderiv.lower.passes import in_place as in_place_of_passes
from symderiv.lower.planner import program
from symderiv.lower.special import special_values
from symderiv.terms import Call, Entry, Size, Term, walk

#: Above this an error in ulp says only that terms cancel.
MOST_ULP = 100.0


def describe(kernel: Kernel) -> list[str]:
    """Lines of documentation, the same for every target."""
    nodes, short = nest(kernel), kept(kernel)
    lines = [f"Status: {kernel.status}."] if kernel.kind != "value" else []
    if kernel.rewrites:
        lines.append("Stable because: " + "; ".join(kernel.rewrites) + ".")
    shapes = [_shape(a) for a in kernel.arguments]
    results = " and ".join(_shape(Argument(s.name, s.head)) for s in kernel.outputs)
    lines.append(f"Shapes: {', '.join(shapes)} give {results}; batch axes come first and broadcast.")
    if kernel.labels:
        names = ", ".join(k.name for k in kernel.labels)
        lines.append(f"{names} counts from 0; out of range, the result is NaN.")
    made = program(kernel)
    same = in_place(kernel, nodes, short) if made is None else in_place_of_passes(made)
    if same:
        lines.append(f"In place: the result may be written over {' or '.join(same)}.")
    elif len(kernel.outputs) > 1:
        lines.append("In C no result may overlap an argument or another result.")
    else:
        lines.append("In C the result must not overlap an argument.")
    special = special_values(kernel)
    if special:
        lines.append("Special values: " + ". ".join(special) + ".")
    lines.append(f"Error: {errors_of(kernel)}.")
    lines.append(f"Cost: {_cost_of_loops(kernel, nodes, short) if made is None else cost_of_passes(made)}.")
    return lines


def errors_of(kernel: Kernel) -> str:
    """The measured errors; in ulp only where nothing cancels, always in units of the conditioning."""
    if not kernel.measured:
        return "not measured"
    worst: dict[str, float] = {}
    for where, ulp, _ in kernel.measured:
        dtype = where.split()[-1]
        worst[dtype] = max(worst.get(dtype, 0.0), ulp)
    said = [f"{ulp:.3g} ulp in {dtype}" for dtype, ulp in worst.items() if ulp <= MOST_ULP]
    units = max(units for _, _, units in kernel.measured)
    said.append(f"{units:.2g} u*(|entry| + the sizes of its terms), u half an ulp of 1")
    return f"measured at most {', '.join(said)}"


def _shape(argument: Argument) -> str:
    if argument.label:
        return f"{argument.name} () integer"
    return f"{argument.name} ({', '.join(i.dim for i in argument.letters)})"


def _cost_of_loops(kernel: Kernel, nodes: list[Node], short: Kept | None) -> str:
    """The cost, and in C also that along axes of which not all is kept."""
    if short is None:
        return cost_of(kernel, nodes)
    longer = f"in C, where {' or '.join(short.dims)} is longer than SD_KEPT"
    return f"{cost_of(kernel, short.nodes)}; {longer}, {cost_of(kernel, nodes)}"


def cost_of(kernel: Kernel, nodes: list[Node]) -> str:
    """Loops and function values, as products of sizes."""
    loops: dict[str, int] = {}
    calls: dict[tuple[str, str], int] = {}

    def visit(here: list[Node], around: tuple[str, ...]) -> None:
        for n in here:
            if isinstance(n, Loop):
                inner = (*around, n.letter.dim)
                if not any(isinstance(m, Loop) for m in n.body):
                    loops["*".join(inner)] = loops.get("*".join(inner), 0) + 1
                visit(n.body, inner)
            elif isinstance(n, (Let, Take, Store, Keep)):
                for t in walk(n.value):
                    if _counts(t) and isinstance(t, Call) and t.function not in ("max", "min", "abs", "sign"):
                        place = (t.function, "*".join(around))
                        calls[place] = calls.get(place, 0) + 1

    visit(nodes, ())
    return _cost(loops, calls)


def cost_of_passes(made: Program) -> str:
    """The same for a kernel in passes over an axis."""
    loops: dict[str, int] = {}
    calls: dict[tuple[str, str], int] = {}
    for item in (*made.items, *made.each):
        outer = [made.outer.dim] if made.outer is not None and item in made.each else []
        inner = [item.letter.dim] if isinstance(item, Pass) and not made.batch else []
        size = "*".join((*outer, *inner))
        if inner and not (isinstance(item, Pass) and item.rare):
            loops[size] = loops.get(size, 0) + 1
        for term in item.terms if isinstance(item, Pass) else (item.value,):
            for t in walk(term):
                if is_costly(t) and isinstance(t, Call) and _counts(t):
                    place = ("exp" if t.function == SHIFTED else t.function, size)
                    calls[place] = calls.get(place, 0) + 1
    return _cost(loops, calls)


def _counts(term: Term) -> bool:
    """Whether a compiler leaves it to be computed: a function of numbers only is a number."""
    return any(isinstance(t, (Entry, Size)) for t in walk(term))


def _cost(loops: dict[str, int], calls: dict[tuple[str, str], int]) -> str:
    said = [f"{n} {'pass' if n == 1 else 'passes'} over {size}" for size, n in sorted(loops.items())]
    for (name, size), n in sorted(calls.items()):
        said.append(f"{n} {name}" + (f" for each of {size}" if size else ""))
    return ", ".join(said) or "a few operations"
