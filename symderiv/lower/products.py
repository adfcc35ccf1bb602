"""The kernels of a function: its value, and for each input the Jacobian, VJP and JVP.

===========  ==========================================  ================================
kernel       computes                                    takes
===========  ==========================================  ================================
value        y[j]                                        the inputs
jacobian     D(y[j], z[i])                               the inputs
vjp          sum[j](gy[j]*D(y[j], z[i]))                 what the folded formula names, gy
jvp          sum[i](D(y[j], z[i])*dz[i])                 what the folded formula names, dz
===========  ==========================================  ================================

Every formula used is proved equal to the middle column (by the index calculus, for every size).  A
formula over the output y alone takes y; over the output and inputs takes the inputs, then y; one that
needs other intermediate results takes the inputs and computes these afresh.

A loss, whose result is one number, has a kernel of value and gradient too: :mod:`symderiv.lower.together`.

An elementwise function (one output entry depends on the entries at the same place only) is lowered
as a scalar function: its Jacobian is the derivative at each place.  Labels are arguments, not axes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from symderiv.definitions import Function
from symderiv.derive.fold import fold, target_entry
from symderiv.derive.recognise import clean
from symderiv.derive.rules import evaluate
from symderiv.errors import NotSupported
from symderiv.lower.kernel import Argument, Kernel, Step
from symderiv.lower.names import Names
from symderiv.lower.places import sizes_in
from symderiv.lower.plan import Plan, letters_of
from symderiv.lower.schedule import steps_of
from symderiv.lower.stable import Goal, stabilise
from symderiv.lower.together import VALUE_AND_GRAD, is_loss, value_and_grad
from symderiv.notation.show import equation, text
from symderiv.terms import (
    ZERO,
    Delta,
    Diff,
    Entry,
    Index,
    Order,
    Reduce,
    Size,
    Term,
    Where,
    map_children,
    mul,
    tensor_names,
    unfold,
    walk,
)


@dataclass(frozen=True, slots=True)
class Product:
    """One thing to compute: ``left`` says what, ``definition`` by the rules, ``formula`` folded."""

    kind: str
    wrt: str
    left: Term
    definition: Term
    formula: Term
    head: tuple[Index, ...]
    extra: tuple[Argument, ...] = ()


@lru_cache(maxsize=64)
def kernels(function: Function, name: str) -> tuple[Kernel, ...]:
    """All kernels of ``function``, in the order value, jacobian, vjp, jvp, input by input."""
    scalar = elementwise(function)
    function = scalar or function
    return tuple(_with_fused(function, [_kernel(function, p, name) for p in products(function)], name))


def _with_fused(function: Function, made: Sequence[Kernel], name: str) -> Iterator[Kernel]:
    """The kernels, after those by an input the one that computes value and gradient together."""
    value = made[0]
    for wrt, group in groupby(made, lambda k: k.wrt):
        own = list(group)
        yield from own
        if wrt and is_loss(function, wrt):
            gradient = next(k for k in own if k.kind == "jacobian")
            both = value_and_grad(_name(function, VALUE_AND_GRAD, wrt, name), value, gradient)
            yield replace(both, measured=_measured(function, both.name))


def value_kernel(function: Function, name: str) -> tuple[Function, Kernel]:
    """The kernel of the value alone, and the function it computes (at one place, where that is all)."""
    function = elementwise(function) or function
    return function, _kernel(function, next(products(function)), name)


def products(function: Function) -> Iterator[Product]:
    """What is to be computed."""
    output, labels = function.output, labels_of(function)
    head = tuple(i for i in output.head if i not in labels)
    value = unfold(output.entry, function.bodies)
    yield Product("value", "", output.entry, value, output.body, head)
    for wrt in differentiable(function):
        target = target_entry(function, wrt)
        diff = Diff(output.entry, (target,))
        yield _product(function, "jacobian", wrt, diff, (*head, *target.letters))
        names = Names({*function.inputs, *function.bodies} | _letters(function))
        cotangent = Argument(names.pick(f"g{output.name}", f"g_{output.name}"), head)
        body = mul(Entry(cotangent.name, head), diff)
        left = Reduce("sum", head, body) if head else body
        yield _product(function, "vjp", wrt, left, target.letters, cotangent)
        tangent = Argument(names.pick(f"d{wrt}", f"d_{wrt}"), target.letters)
        body = mul(diff, Entry(tangent.name, target.letters))
        left = Reduce("sum", target.letters, body) if target.letters else body
        yield _product(function, "jvp", wrt, left, head, tangent)


def _product(
    function: Function, kind: str, wrt: str, left: Term, head: tuple[Index, ...], *extra: Argument
) -> Product:
    definition = evaluate(left, function.bodies)
    return Product(kind, wrt, left, clean(definition), fold(function, definition), head, extra)


@lru_cache(maxsize=256)
def differentiable(function: Function) -> tuple[str, ...]:
    """Inputs that no equality constrains and that the output moves with (all, where it moves with none)."""
    free = tuple(n for n in function.inputs if n not in function.constrained)
    entry = function.output.entry
    rules = {n: evaluate(Diff(entry, (target_entry(function, n),)), function.bodies) for n in free}
    return tuple(n for n in free if clean(rules[n]) != ZERO) or free


def labels_of(function: Function) -> tuple[Index, ...]:
    """The letters of the output whose value the caller gives."""
    return tuple(i for i in function.output.head if i.name in function.labels)


def _letters(function: Function) -> set[str]:
    found: set[str] = set()
    for s in function.statements:
        found |= letters_of(s.body) | {i.name for i in s.head}
    return found


def _kernel(function: Function, product: Product, name: str) -> Kernel:
    """The kernel of the folded formula; where nothing made of it is proved, of the definition."""
    for wanted in (product, replace(product, formula=product.definition)):
        made = _lowered(function, wanted, name)
        if made is not None:
            return made
    raise NotSupported(f"no kernel for {text(product.left)}: what it needs is not what it would be given")


def _lowered(function: Function, product: Product, name: str) -> Kernel | None:
    """The kernel; None where the plan found needs more than the formula's arguments."""
    output, labels = function.output, labels_of(function)
    given = _given(function, product)
    arguments = _arguments(function, product, given, labels)
    taken = {*function.inputs, *function.bodies, *(a.name for a in product.extra)} | _letters(function)
    taken |= letters_of(product.formula) | letters_of(product.definition)
    names = Names(taken)
    extra = {a.name: tuple(i.dim for i in a.letters) for a in product.extra}
    if output.name in given:
        extra[output.name] = tuple(i.dim for i in output.head)
    forms = (product.formula, product.definition) if output.name not in given else (product.formula,)
    goal = Goal(function, product.definition, forms, frozenset(given) - set(function.inputs), extra, labels)
    result = Entry(_result_name(function, product, names), product.head)
    plan = stabilise(goal, frozenset(names.taken)).renamed(names)
    steps = steps_of(plan, result, names, labels)
    if not _suffice(arguments, product.head, steps):
        return None
    own = _name(function, product.kind, product.wrt, name)
    return Kernel(
        name=own,
        kind=product.kind,
        wrt=product.wrt,
        arguments=arguments,
        steps=steps,
        labels=labels,
        definition=equation(product.left, product.formula),
        formula=text(product.formula),
        status="proved for every size",
        rewrites=_rewrites(plan),
        free=frozenset(s.name for s in plan.shifts),
        measured=_measured(function, own),
    )


def _name(function: Function, kind: str, wrt: str, name: str) -> str:
    if kind == "value":
        return name
    several = len(differentiable(function)) > 1
    return f"{name}_{kind}" + (f"_{wrt}" if several else "")


def _measured(function: Function, name: str) -> tuple[tuple[str, float, float], ...]:
    return tuple((where, ulp, units) for where, (ulp, units) in function.measured.get(name, {}).items())


def _result_name(function: Function, product: Product, names: Names) -> str:
    match product.kind:
        case "value":
            return function.output.name
        case "jacobian":
            return names.pick("J", "jacobian")
        case "vjp":
            return names.pick(f"g{product.wrt}", f"g_{product.wrt}")
        case _:
            return names.pick(f"d{function.output.name}", f"d_{function.output.name}")


def _given(function: Function, product: Product) -> list[str]:
    """Names of the kernel's array arguments, in order."""
    inputs = list(function.inputs)
    extra = [a.name for a in product.extra]
    if product.kind in ("value", "jacobian"):
        return inputs
    used = tensor_names(product.formula)
    output = function.output.name
    intermediate = used & (set(function.bodies) - {output})
    if intermediate or (output in used and labels_of(function)):
        used = tensor_names(unfold(product.formula, function.bodies))
        return [n for n in inputs if n in used] + extra
    return [n for n in inputs if n in used] + ([output] if output in used else []) + extra


def _arguments(
    function: Function, product: Product, given: list[str], labels: tuple[Index, ...]
) -> tuple[Argument, ...]:
    """The arguments; inputs are added where only they tell a size that is needed."""
    extra = {a.name: a for a in product.extra}
    known: dict[str, tuple[Index, ...]] = {
        n: tuple(Index(d, d) for d in axes) for n, axes in function.inputs.items()
    }
    output = function.output
    dims = {i.dim for n in given for i in (extra[n].letters if n in extra else known.get(n, output.head))}
    wanted = {i.dim for i in (*product.head, *labels)} | _sizes(unfold(product.formula, function.bodies))
    for n, axes in function.inputs.items():
        if set(axes) & (wanted - dims):
            given.append(n)
            dims |= set(axes)
    if wanted - dims:
        raise NotSupported(f"no input of {function.name} tells how large '{min(wanted - dims)}' is")
    order = [n for n in function.inputs if n in given] + [n for n in given if n not in function.inputs]
    own = [extra[n] if n in extra else Argument(n, known.get(n, output.head)) for n in order]
    first = [a for a in own if a.name not in extra]
    last = [a for a in own if a.name in extra]
    return (*first, *(Argument(i.name, (), label=True) for i in labels), *last)


def _sizes(term: Term) -> set[str]:
    """The dimensions whose sizes are needed to work out a term."""
    found: set[str] = set()
    for t in walk(term):
        if isinstance(t, Reduce):
            found |= {i.dim for i in t.indices}
        elif isinstance(t, Size):
            found.add(t.dim)
        found |= sizes_in(t)
    return found


def _suffice(arguments: tuple[Argument, ...], head: tuple[Index, ...], steps: tuple[Step, ...]) -> bool:
    """Whether the steps need nothing but the arguments and the sizes that these and the output have."""
    names = {a.name for a in arguments} | {s.name for s in steps}
    dims = {i.dim for a in arguments for i in a.letters} | {i.dim for i in head}
    used = {d for s in steps for d in _sizes(s.term)}
    return used <= dims and all(tensor_names(s.body) <= names for s in steps)


def _rewrites(plan: Plan) -> tuple[str, ...]:
    """What was rewritten, as sentences."""
    said = []
    for s in plan.shifts:
        name = text(Entry(s.name, s.head))
        if s.guards:
            said.append(f"any {name} gives the same result (proved); with {text(s.body)} no exp overflows")
        elif s.moves:
            said.append(
                f"{s.moves} - {name} gives the same result for any {name} (proved); "
                f"with {s.moves} at the largest weight nothing large cancels"
            )
    return (*said, *(f"{rule} (proved)" for rule in plan.rewrites))


def elementwise(function: Function) -> Function | None:
    """The scalar function that ``function`` applies at each place, if it is one."""
    head = function.output.head
    if not head or function.labels:
        return None
    for s in function.statements:
        if s.head and len(s.head) != len(head):
            return None
        for t in walk(s.body):
            match t:
                case Reduce() | Delta() | Size() | Where(Order()):
                    return None
                case Entry(_, indices) if indices not in (s.head, ()):
                    return None
    lines = [f"{s.name} = {text(_bare(s.body))}" for s in function.statements]
    assume = []
    for a in function.assumptions:
        if any(isinstance(t, Reduce) for side in (a.left, a.right) for t in walk(side)):
            return None
        assume.append(f"{text(_bare(a.left))} {a.op} {text(_bare(a.right))}")
    return Function(
        "\n".join(lines), assume=assume, name=function.name, doc=function.doc, measured=function.measured
    )


def _bare(term: Term) -> Term:
    if isinstance(term, Entry):
        return Entry(term.name, ())
    return map_children(term, _bare)
