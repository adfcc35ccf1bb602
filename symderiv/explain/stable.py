"""Why the form that the kernels compute is safe: what was rewritten, proved, and what it gains, measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symderiv.definitions import Function
from symderiv.errors import InputError, NotSupported
from symderiv.explain.blocks import Block, Equals, Line, Says, Table, Word, Words
from symderiv.explain.marks import CHOSEN, GIVEN, NAMED, Checker
from symderiv.explain.pictures import errors_picture
from symderiv.lower.kernel import Kernel, Step, bodies
from symderiv.lower.machine import Machine
from symderiv.lower.measure import SCALES, bits_lost, points
from symderiv.lower.products import labels_of, value_kernel
from symderiv.terms import Bodies, Call, Index, Term, unfold, walk

#: An error of so many bits leaves nothing that is right.
_NOTHING = 52.0


@dataclass(frozen=True, slots=True)
class Loss:
    """Bits lost at inputs of one size: by the definition as it stands, and by the kernel's form."""

    scale: float
    plain: float
    kernel: float


def stable_blocks(function: Function, checkers: tuple[str, ...]) -> list[Block]:
    """The section; empty where no kernel can be made or nothing was rewritten."""
    try:
        scalar, kernel = value_kernel(function, "value")
    except (NotSupported, InputError):
        return []
    if not kernel.rewrites:
        return []
    return list(_blocks(scalar, kernel, Checker(scalar, _kept(scalar, kernel), checkers)))


def _kept(function: Function, kernel: Kernel) -> Bodies:
    """The steps that the kernel adds to the function's own names."""
    return {s.name: (s.head, s.term) for s in kernel.steps if s.name not in function.bodies}


def _blocks(function: Function, kernel: Kernel, checker: Checker) -> Iterator[Block]:
    yield Says(("What a computer evaluates is not the definition as it stands but these steps:",))
    own = {s.name: s for s in function.statements}
    for step in kernel.steps:
        given = step.name in own and own[step.name].body == step.term
        mark = CHOSEN if step.name in kernel.free else GIVEN if given else NAMED
        entry = step.entry
        if step is kernel.output:
            entry = function.output.entry
            mark = checker.mark(entry, _opened(kernel))
        yield Line(entry, step.term, mark)
    free = [s for s in kernel.steps if s.name in kernel.free]
    if free:
        yield from _shifted(function, kernel, free, checker.checkers)
    reasons = _reasons(function, kernel)
    for left, right, why in reasons:
        yield Says(why)
        yield Line(left, right, _rule_mark(left, right, checker))
    losses = losses_of(function, kernel)
    if any(loss.plain > loss.kernel + 1 for loss in losses):
        yield Says(
            ("In double precision, errors in units of the last place (the worst of a few points of a size):",)
        )
        head = ("inputs of about", *(f"{loss.scale:g}" for loss in losses))
        yield Table(
            head,
            (
                ("the definition as it stands", *(_ulps(loss.plain) for loss in losses)),
                ("these steps", *(_ulps(loss.kernel) for loss in losses)),
            ),
        )
        yield errors_picture(
            [loss.scale for loss in losses],
            [
                ("as it stands", "#c05621", [loss.plain for loss in losses]),
                ("these steps", "#2b6cb0", [loss.kernel for loss in losses]),
            ],
            ("Errors of the definition (orange) and of these steps (blue) against the inputs' size.",),
        )


def _opened(kernel: Kernel) -> Term:
    """The kernel's result with every step written out, but those that may have any value."""
    inner = {n: b for n, b in bodies(kernel.steps).items() if n not in kernel.free}
    return unfold(kernel.output.entry, inner)


def _shifted(
    function: Function, kernel: Kernel, free: list[Step], checkers: tuple[str, ...]
) -> Iterator[Block]:
    """The steps that may have any value: that they do not matter, and why they are chosen so."""
    names: list[Word] = []
    for n, s in enumerate(free):
        names += [" and " if n else "", s.entry]
    # stated about tensors of their own, which may have any value
    yield Says(("The result is the same for any value of ", *names, ":"))
    opened = Checker(function, {}, checkers)
    entry = function.output.entry
    yield Line(entry, _opened(kernel), opened.mark(entry, _opened(kernel)))
    for s in free:
        if s.op == "max":
            chosen = Equals(s.entry, s.term)
            yield Says(("With ", chosen, " no exponent is above 0, so no exp overflows."))


#: Functions that a rewrite brings in, and what they are good for.
_GOOD_FOR = {
    "log1p": "log(1 + u) of a small u: 1 + u would round u away; log1p takes u itself:",
    "expm1": "exp(u) - 1 of a small u: the difference would lose what exp(u) has beyond 1; expm1 does not:",
    "erfc": "1 - erf(u) of a large u: both are almost equal there and their difference has no digit left; "
    "erfc is small and exact:",
    "sigmoid": "1 + exp(u) overflows for a large u, and 1 - sigmoid(u) cancels there; sigmoid does neither:",
}


def _reasons(function: Function, kernel: Kernel) -> list[tuple[Term, Term, Words]]:
    """The rewrites that are rules of functions: both sides over u, and what they are good for."""
    found: list[tuple[Term, Term, Words]] = []
    for said in kernel.rewrites:
        rule, _, proved = said.rpartition(" (")
        if proved != "proved)" or " = " not in rule:
            continue
        try:
            claim = Function("q0 = u").claim(rule)
        except InputError:
            continue
        brought = {t.function for t in walk(claim.right) if isinstance(t, Call)}
        lost = {t.function for t in walk(claim.left) if isinstance(t, Call)}
        name = next((n for n in _GOOD_FOR if n in brought - lost), None) or next(
            (n for n in _GOOD_FOR if n in brought), None
        )
        why = _GOOD_FOR[name] if name else "A rule of functions that keeps more digits:"
        if any(t.function in ("max", "min") for t in walk(claim.right) if isinstance(t, Call)):
            why = "exp of what is at most 0 never overflows; what it would have grown to stands in front:"
        found.append((claim.left, claim.right, (why,)))
    return found


def _rule_mark(left: Term, right: Term, checker: Checker) -> str:
    return Checker(Function("q0 = u"), {}, checker.checkers).mark(left, right)


# --- measured -------------------------------------------------------------------------------------


def losses_of(function: Function, kernel: Kernel) -> list[Loss]:
    """The bits lost at inputs of several sizes; none where points cannot be had."""
    labels = labels_of(function)
    where = points(function, {}, labels)
    if not where or len(where) % len(SCALES):
        return []
    head = kernel.output.head
    steps = {s.name: (s.head, s.term) for s in kernel.steps}
    found = []
    per = len(where) // len(SCALES)
    for n, scale in enumerate(SCALES):
        worst = [0.0, 0.0]
        for point in where[n * per : (n + 1) * per]:
            exact = Machine(point, function.bodies, rounded=False)
            plain = Machine(point, function.bodies, rounded=True)
            made = Machine(point, steps, rounded=True)
            for at in _places(head, point.sizes):
                true = exact.run(function.output.entry, at)
                for k, machine in enumerate((plain, made)):
                    entry = function.output.entry if k == 0 else kernel.output.entry
                    worst[k] = max(worst[k], bits_lost(machine.run(entry, at), true))
        found.append(Loss(scale, *worst))
    return found


def _places(head: tuple[Index, ...], sizes: Mapping[str, int]) -> list[dict[Index, int]]:
    places: list[dict[Index, int]] = [{}]
    for i in head:
        places = [{**p, i: n} for p in places for n in range(1, sizes[i.dim] + 1)]
    return places


def _ulps(bits: float) -> str:
    if bits >= _NOTHING:
        return "no digit"
    return f"{2.0**bits - 1:.2g}" if bits < 13 else f"about 10^{math.log10(2.0**bits):.0f}"


__all__ = ["Loss", "losses_of", "stable_blocks"]
