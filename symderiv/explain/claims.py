"""What else holds: facts about the Jacobian, and the claims stated with the function, each said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symderiv.definitions import Claim, Function
from symderiv.derive.algebra import shape
from symderiv.derive.facts import Fact
from symderiv.explain.blocks import Line, Says, Words
from symderiv.explain.marks import Checker
from symderiv.explain.sentences import listed_letters
from symderiv.terms import (
    ZERO,
    Diff,
    Entry,
    Index,
    Reduce,
    Term,
    free_indices,
    map_children,
    rename,
    tensor_names,
    walk,
)


def fact_words(fact: Fact) -> Words:
    """What a fact says, in words."""
    left = fact.left
    diff = next(t for t in walk(left) if isinstance(t, Diff))
    out, (target,) = diff.body, diff.targets
    summed = left.indices if isinstance(left, Reduce) else ()
    over = Entry(summed[0].name) if summed else None
    still = fact.right == ZERO
    match fact.kind, over:
        case "sum over inputs", Entry():
            moves = "does not move" if still else "moves by that amount, too"
            return ("Summed over ", over, ": when all ", *_all_of(target, summed), " grow by one amount, ",
                    out, f" {moves}:")  # fmt: skip
        case "sum over outputs", Entry():
            assert isinstance(out, Entry)
            moves = "stays what it is" if still else "grows as much as the input does"
            return ("Summed over ", over, ": the sum of all ", *_all_of(out, summed), f" {moves}:")
        case "symmetric", _:
            return ("The Jacobian is symmetric:",)
    degree = int(fact.kind.split()[1])
    assert isinstance(out, Entry)
    effect = ("does not change", "is scaled likewise", "is scaled by the square")[degree]
    return ("By Euler, when ", Entry(target.name), " is scaled by a positive number, ", Entry(out.name),
            f" {effect}:")  # fmt: skip


def _all_of(entry: Entry, summed: Sequence[Index]) -> Words:
    """The entries that a sum over letters runs through: all x; all K[i,l] of one l."""
    kept = [i for i in entry.letters if i not in summed]
    if not kept:
        return (Entry(entry.name),)
    return (entry, " of one ", *listed_letters(kept))


def claim_blocks(function: Function, checker: Checker, said: set[str], by: Diff) -> Iterator[Says | Line]:
    """The claims that were not said above, grouped by what they are about."""
    groups: dict[str, list[Claim]] = {}
    for claim in function.claims:
        key = alike(function, claim.left, claim.right)
        if key not in said:
            said.add(key)
            groups.setdefault(_about(function, claim, by), []).append(claim)
    for about in _ABOUT:
        if about in groups:
            yield Says((_ABOUT[about],))
            yield from (Line(c.left, c.right, checker.of(c)) for c in groups[about])


_ABOUT = {
    "same": "The same derivative written otherwise:",
    "other": "Derivatives by the other inputs:",
    "second": "Second derivatives:",
    "sums": "Derivatives under a sum:",
    "form": "The function written otherwise:",
    "shift": "The function written otherwise, with a letter that may be any number:",
    "value": "Facts about the values:",
}


def _about(function: Function, claim: Claim, by: Diff) -> str:
    diffs = [t for side in (claim.left, claim.right) for t in walk(side) if isinstance(t, Diff)]
    if any(len(d.targets) > 1 for d in diffs):
        return "second"
    if claim.left in diffs and len(diffs) == 1:
        mine = diffs[0].targets[0].name == by.targets[0].name and _name(diffs[0].body) == _name(by.body)
        return "same" if mine else "other"
    if diffs:
        return "sums"
    if function.output.name in (_name(claim.left), _name(claim.right)):
        names = tensor_names(claim.left) | tensor_names(claim.right)
        return "form" if names <= {*function.inputs, *function.bodies} else "shift"
    return "value"


def _name(term: Term) -> str:
    return term.name if isinstance(term, Entry) else ""


def alike(function: Function, left: Term, right: Term) -> str:
    """A text that two equations share if they differ by letters and the names of free tensors only."""
    names: dict[str, str] = {}
    letters: dict[Index, Index] = {}
    for side in (left, right):
        for t in walk(side):
            for e in (t.body, *t.targets) if isinstance(t, Diff) else (t,):
                if isinstance(e, Entry):
                    for i in e.indices:
                        if isinstance(i, Index) and i in free_indices(side):
                            letters.setdefault(i, Index(f"l{len(letters)}", i.dim))
                    if e.name not in function.inputs and e.name not in function.bodies:
                        names.setdefault(e.name, f"t{len(names)}")

    def plain(term: Term) -> Term:
        match term:
            case Entry(name, indices):
                return Entry(names.get(name, name), indices)
            case Diff(Entry() as body, targets):
                entries = [plain(t) for t in (body, *targets)]
                flat = [e for e in entries if isinstance(e, Entry)]
                return Entry("/".join(e.name for e in flat), tuple(i for e in flat for i in e.indices))
            case _:
                return map_children(term, plain)

    return " = ".join(shape(plain(rename(side, letters))) for side in (left, right))
