"""Kernels that are computed together: one kernel with their outputs, in which equal steps are done once.

Nothing new is proved: each part stays the formula that was proved for it.  A step of one part is found again
in another by its right-hand side, letters aside; so a shared maximum, sum or exponential is one step.

=================  =====================================  ==========================================
kernel             computes                               of which functions
=================  =====================================  ==========================================
value_and_grad     L and D(L, z[i])                       the result has no letters (but labels), and
                                                          something is reduced over an axis of z
=================  =====================================  ==========================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from symderiv.definitions import Function
from symderiv.lower.alike import Key, key
from symderiv.lower.kernel import Kernel, Step
from symderiv.lower.names import Names
from symderiv.terms import Call, Entry, Index, Reduce, Term, all_indices, map_children, tensor_names, walk

VALUE_AND_GRAD = "value_and_grad"
#: What stands between the definitions of the parts.
AND = " and "


def is_loss(function: Function, wrt: str) -> bool:
    """Whether the result is one number a row, and something is reduced over an axis of the input ``wrt``."""
    if any(i.name not in function.labels for i in function.output.head):
        return False
    bodies = [t for s in function.statements for t in walk(s.body)]
    reduced = {i.dim for t in bodies if isinstance(t, Reduce) for i in t.indices}
    return not reduced.isdisjoint(function.inputs[wrt])


def value_and_grad(name: str, value: Kernel, gradient: Kernel) -> Kernel:
    """The kernel of both; the gradient is called as a VJP's result is."""
    taken = {a.name for a in value.arguments} | _names(value.steps) | _names(gradient.steps)
    wanted = Names(taken).pick(f"g{gradient.wrt}", f"g_{gradient.wrt}")
    last = replace(gradient.output, name=wanted)
    made = together(
        replace(value, name=name), replace(gradient, name=name, steps=(*gradient.steps[:-1], last))
    )
    return replace(made, kind=VALUE_AND_GRAD, wrt=gradient.wrt)


def together(*parts: Kernel) -> Kernel:
    """One kernel of all ``parts``; only the output of the last may have letters."""
    last = parts[-1]
    merged = _Merged(last.steps, frozenset(last.labels))
    called = [*(merged.add(p.steps) for p in parts[:-1]), {s.name: s.name for s in last.steps}]
    outputs = [names[p.output.name] for p, names in zip(parts, called, strict=True)]
    steps = (*merged.steps[:-1], *merged.more, last.output)
    own = tuple(_needed(steps, n) for n in outputs)
    kept = tuple(s for s in steps if any(s in needed for needed in own))
    return Kernel(
        name=last.name,
        kind="",
        wrt="",
        arguments=last.arguments,
        steps=kept,
        labels=last.labels,
        definition=AND.join(p.definition for p in parts),
        formula=AND.join(p.formula for p in parts),
        status=last.status,
        rewrites=tuple(dict.fromkeys(r for p in parts for r in p.rewrites)),
        free=_free(parts, own, called),
        parts=tuple(replace(p, steps=needed) for p, needed in zip(parts, own, strict=True)),
    )


def _free(
    parts: Sequence[Kernel], steps: Sequence[tuple[Step, ...]], called: Sequence[Mapping[str, str]]
) -> frozenset[str]:
    """The steps that may have any value for every part that needs them."""
    free = [{names[n] for n in p.free} for p, names in zip(parts, called, strict=True)]
    bound = [{s.name for s in own} - of for own, of in zip(steps, free, strict=True)]
    return frozenset(set().union(*free).difference(*bound))


class _Merged:
    """The steps of one kernel, with those of others that it lacks (``more``)."""

    def __init__(self, steps: tuple[Step, ...], fixed: frozenset[Index]) -> None:
        self.steps = steps
        self.more: list[Step] = []
        self._fixed = fixed
        self._names = Names({s.name for s in steps})
        self._known: dict[Key, tuple[str, tuple[int, ...]]] = {}
        self._called: dict[str, tuple[str, tuple[int, ...]]] = {}
        for s in steps[:-1]:
            self._register(s)

    def add(self, steps: tuple[Step, ...]) -> dict[str, str]:
        """The steps of another kernel; what each of them is called here."""
        self._called = {}
        for theirs in steps:
            s = replace(theirs, body=self._visit(theirs.body))
            found = s.term if isinstance(s.term, Entry) else self._found(s.term)
            if found is None or len(found.indices) != len(s.head) or set(found.indices) != set(s.head):
                found = Entry(self._names.pick(s.name), s.head)
                self.more.append(replace(s, name=found.name))
                self._register(self.more[-1])
            self._called[s.name] = found.name, tuple(s.head.index(i) for i in found.letters)
        return {old: new for old, (new, _) in self._called.items()}

    def _register(self, s: Step) -> None:
        shape, letters = key(s.term, self._fixed)
        if set(letters) == set(s.head) and not isinstance(s.term, Entry) and tensor_names(s.term):
            self._known.setdefault(shape, (s.name, tuple(letters.index(i) for i in s.head)))

    def _found(self, term: Term) -> Entry | None:
        """The step whose right-hand side ``term`` is."""
        shape, letters = key(term, self._fixed)
        found = self._known.get(shape)
        return None if found is None else Entry(found[0], tuple(letters[n] for n in found[1]))

    def _visit(self, term: Term) -> Term:
        """``term`` over what there is here."""
        if isinstance(term, Entry):
            if term.name not in self._called:
                return term
            name, places = self._called[term.name]
            return Entry(name, tuple(term.indices[n] for n in places))
        term = map_children(term, self._visit)
        return (self._found(term) if isinstance(term, Call) else None) or term


def _needed(steps: Sequence[Step], name: str) -> tuple[Step, ...]:
    """The steps that ``name`` rests on, and it last."""
    wanted = {name}
    found: list[Step] = [s for s in steps if s.name == name]
    for s in reversed(steps):
        if s.name in wanted:
            wanted |= tensor_names(s.body)
            found += [s] if s.name != name else []
    return tuple(reversed(found))


def _names(steps: Iterable[Step]) -> set[str]:
    """Names of steps and of all letters."""
    return {n for s in steps for n in (s.name, *(i.name for i in (*s.head, *s.over, *all_indices(s.body))))}


__all__ = ["AND", "VALUE_AND_GRAD", "is_loss", "together", "value_and_grad"]
