"""The kernel language: what a function of arrays is, just before it becomes text.

A :class:`Kernel` has arguments, steps in order, and outputs: the last step, or, where several kernels are
computed together (``parts``), the output of each.  A step is

    name[head] = body                  or                  name[head] = op over letters of body

where ``body`` is a :class:`~symderiv.terms.Term` without ``Reduce`` and ``Diff``; its entries name
arguments or earlier steps, read at any letters or positions such as ``j+1``, and are 0 outside their
axes: nothing is read there.  ``op`` is one of sum, mean, max, min, prod; a sum may start from a number.
The range of a reduction, such as ``c <= j``, is a ``Where`` of ``Order`` that its body starts with.  Read
as definitions, the steps are terms again: :func:`bodies` unfolds them, and so a whole kernel is proved
equal to what it is to compute.

Not in the language: recursion (a running sum is a sum for each place), assignment to a part of an array,
positions that hang on values, conditions on values that skip work, integer results.
An integer comes in only as a *label*: an argument that says at which value of a letter the kernel is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from symderiv.notation.show import text
from symderiv.terms import Bodies, Entry, Index, Num, Reduce, Term, add


@dataclass(frozen=True, slots=True)
class Argument:
    """An input of a kernel: a real array over ``letters``, or (``label``) the value of a letter."""

    name: str
    letters: tuple[Index, ...] = ()
    label: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """``name[head] = body``, or a reduction of ``body`` by ``op`` over the letters ``over``."""

    name: str
    head: tuple[Index, ...]
    body: Term
    op: str = ""
    over: tuple[Index, ...] = ()
    start: Fraction = Fraction(0)

    @property
    def entry(self) -> Entry:
        """The left-hand side."""
        return Entry(self.name, self.head)

    @property
    def term(self) -> Term:
        """The right-hand side as one term."""
        if not self.op:
            return self.body
        whole = Reduce(self.op, self.over, self.body)
        return add(Num(self.start), whole) if self.start else whole

    @property
    def formula(self) -> str:
        """The step in the notation."""
        return f"{text(self.entry)} = {text(self.term)}"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A function of arrays: see the module's docstring.

    ``kind`` is value, jacobian, vjp, jvp or value_and_grad; ``formula`` what it computes, in the notation;
    ``status`` the word for the proof that the formula is what its kind says; ``rewrites`` says which
    proved rewrites keep it stable; ``measured`` the worst errors, where known: target and dtype, ulp,
    units of the entry's own conditioning.  ``free`` names the steps that may have any value
    without changing the result (proved): they are chosen as the steps say, for accuracy.

    ``parts``: the kernels that this one computes together, each with its own kind and formula.  They take
    the same arguments, and their steps are among this kernel's.
    """

    name: str
    kind: str
    wrt: str
    arguments: tuple[Argument, ...]
    steps: tuple[Step, ...]
    labels: tuple[Index, ...] = ()
    definition: str = ""
    formula: str = ""
    status: str = ""
    rewrites: tuple[str, ...] = ()
    measured: tuple[tuple[str, float, float], ...] = ()
    free: frozenset[str] = frozenset()
    parts: tuple[Kernel, ...] = ()

    @property
    def output(self) -> Step:
        """The last step; of several outputs, the last."""
        return self.steps[-1]

    @property
    def outputs(self) -> tuple[Step, ...]:
        """What the kernel returns, in order; only the last of several may have letters."""
        return tuple(p.output for p in self.parts) or (self.output,)

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions in the order in which the signature names them first."""
        found = [i.dim for a in self.arguments for i in a.letters]
        found += [i.dim for s in self.outputs for i in s.head]
        return tuple(dict.fromkeys(found))

    @property
    def signature(self) -> str:
        """The gufunc signature, such as ``(c),()->(c)``."""
        sides = [_operand(a.letters) for a in self.arguments]
        return f"{','.join(sides)}->{','.join(_operand(s.head) for s in self.outputs)}"

    @property
    def types(self) -> str:
        """One letter an operand: r is real, i an int64."""
        return "".join("i" if a.label else "r" for a in self.arguments) + "->" + "r" * len(self.outputs)

    @property
    def one_axis(self) -> bool:
        """Whether one ``axis`` says where the inputs' core dimension lies."""
        letters = {i.dim for a in self.arguments for i in a.letters}
        return len(letters) == 1 and all(len(a.letters) <= 1 for a in self.arguments)

    def argument(self, name: str) -> Argument | None:
        """The argument of that name."""
        return next((a for a in self.arguments if a.name == name), None)


def bodies(steps: Iterable[Step]) -> Bodies:
    """The steps as definitions, for :func:`symderiv.terms.unfold`."""
    return {s.name: (s.head, s.term) for s in steps}


def _operand(letters: tuple[Index, ...]) -> str:
    return f"({','.join(i.dim for i in letters)})"
