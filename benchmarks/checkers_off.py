"""``python -m benchmarks.checkers_off``: which checkers reject what is false, and what if one is off?

Asked about is every published mistake of the museum (``tests/verify/test_museum.py``), and every
one-place mutant of softmax's claims (``tests/mutations.py``).  A checker *rejects* a claim that it does
not accept: it refutes it with a witness, or leaves it undecided.  A mutant is false where balls or the
exact expansion refute it (the oracle of ``tests/mutate.py``); a mutant that nobody refutes is
equivalent to the true claim where the calculus proves it, and not known otherwise.

    python -m benchmarks.checkers_off --write     # writes benchmarks/checkers_off.md
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module

from benchmarks.tables import code, machine, markdown, publish
from symderiv.definitions import Claim, Function
from symderiv.library import catalog
from symderiv.verify.claims import SHOWN
from symderiv.verify.verdict import Verdict, Witness
from tests.mutations import claim_mutants
from tests.verify.test_museum import MUSEUM

#: Seconds for each checker about one mistake, and about one mutant.
MUSEUM_SECONDS, MUTANT_SECONDS = 10.0, 5.0
HEAD = ("calculus", "SymPy", "expansion", "balls")
#: How the reason of a checker begins that has no rule for a part of the claim.
BEYOND = (
    "SymPy has no safe ",
    "a condition with == or != ",
    "a symbolic power of ",
    "the function ",
    "the term ",
)
VAIN = " †"
NOTE = """\
† It does not accept what is right in its place, either (below), so that this rejection says little."""
HOW = """\
A checker rejects a claim by *refuted* (a witness is shown) or by *not proved*; *cannot express* is a *not
proved* of a checker that says it has no rule for a part of the claim. The calculus and SymPy never refute.
**ACCEPTED** would be a fault of the checker."""


@dataclass(slots=True)
class Outcome:
    """One claim, what each checker said of it, and where it comes from."""

    origin: str
    text: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def witness(self) -> Witness | None:
        """A point at which it is false."""
        return next((v.witness for v in self.verdicts.values() if v.witness), None)

    @property
    def kind(self) -> str:
        """``false``, ``equivalent`` or ``not known``."""
        if self.refuters(SHOWN):
            return "false"
        return "equivalent" if self.verdicts["calculus"].word == "proved" else "not known"

    def refuters(self, names: Iterable[str]) -> list[str]:
        """Which of ``names`` refute it."""
        return [n for n in names if self.verdicts[n].word == "refuted"]

    def accepts(self, name: str) -> bool:
        """Proved; confirmed, at sizes among which is that of the counterexample; by balls, unrefuted."""
        verdict = self.verdicts[name]
        if verdict.word == "confirmed" and self.witness is not None:
            return self.witness.sizes in verdict.sizes
        return verdict.word in ("proved", "confirmed", "unrefuted")

    def cell(self, name: str) -> str:
        """What ``name`` says of a claim that is false."""
        verdict = self.verdicts[name]
        if self.accepts(name):
            return f"**ACCEPTED** ({verdict.word})"
        if verdict.word == "refuted":
            return "refuted"
        return "cannot express" if verdict.reason.startswith(BEYOND) else "not proved"


def ask(task: tuple[str, Claim, float]) -> Outcome:
    """Every checker, each by itself, about one claim."""
    origin, claim, seconds = task
    outcome = Outcome(origin, claim.text)
    for name in SHOWN:
        outcome.verdicts[name] = import_module(f"symderiv.verify.by_{name}").check(claim, seconds=seconds)
    return outcome


def ask_all(tasks: Sequence[tuple[str, Claim, float]], jobs: int) -> list[Outcome]:
    """In order, with a line for each on stderr."""
    found = []
    with ProcessPoolExecutor(jobs) as pool:
        for n, outcome in enumerate(pool.map(ask, tasks), 1):
            said = ", ".join(f"{name} {v.word}" for name, v in outcome.verdicts.items())
            print(f"{n}/{len(tasks)} {outcome.text}: {said}", file=sys.stderr, flush=True)
            found.append(outcome)
    return found


def museum(right: bool) -> list[tuple[str, Claim, float]]:
    """The wrong claims of the museum, or the right ones."""
    return [
        (place, Function(define, assume=assume, name="museum").claim(text), MUSEUM_SECONDS)
        for place, (define, assume, wrong_ones, right_ones) in MUSEUM.items()
        for text in (right_ones if right else wrong_ones)
    ]


def mutants() -> list[tuple[str, Claim, float]]:
    """Every one-place change of each shipped claim of softmax."""
    claims = catalog["softmax"].claims
    return [(claim.text, changed, MUTANT_SECONDS) for claim in claims for changed in claim_mutants(claim)]


# --- showing --------------------------------------------------------------------------------------


def rules(wrong: Iterable[Outcome], right: Sequence[Outcome]) -> str:
    """One line for each mistake, one column for each checker."""

    def cell(o: Outcome, name: str) -> str:
        accepts_the_right_one = any(r.accepts(name) for r in right if r.origin == o.origin)
        return o.cell(name) + (VAIN if o.cell(name) == "not proved" and not accepts_the_right_one else "")

    rows = [(o.origin, code(o.text, 80), *(cell(o, n) for n in SHOWN)) for o in wrong]
    return markdown(["where it happened", "what was claimed", *HEAD], rows)


def right_ones(outcomes: Iterable[Outcome]) -> str:
    """What each checker says of what should have been claimed."""
    rows = [(o.origin, code(o.text, 80), *(o.verdicts[n].word for n in SHOWN)) for o in outcomes]
    return markdown(["where it happened", "what is right", *HEAD], rows)


def by_checker(outcomes: Sequence[Outcome]) -> str:
    """How often each checker refutes, does not prove, cannot express or accepts what is false."""
    words = ("refuted", "not proved", "cannot express", "**ACCEPTED**")
    counts = {n: [sum(o.cell(n).startswith(w) for o in outcomes) for w in words] for n in SHOWN}
    rows = [(title, *counts[n]) for title, n in zip(HEAD, SHOWN, strict=True)]
    return markdown(["checker", *words], rows, right=range(1, 5))


def of_the_true(outcomes: Sequence[Outcome]) -> str:
    """How often each checker accepts, and refutes, what is true."""
    rows = [
        (title, sum(o.accepts(n) for o in outcomes), sum(bool(o.refuters([n])) for o in outcomes))
        for title, n in zip(HEAD, SHOWN, strict=True)
    ]
    return markdown(["checker", "accepted", "refuted"], rows, right=[1, 2])


def switched_off(outcomes: Sequence[Outcome]) -> str:
    """For each checker: what the three others do with what is false."""
    rows = []
    for title, off in (("none", ""), *zip(HEAD, SHOWN, strict=True)):
        rest = [n for n in SHOWN if n != off]
        refuted = sum(bool(o.refuters(rest)) for o in outcomes)
        accepted = sum(any(o.accepts(n) for n in rest) for o in outcomes)
        every = "yes" if not accepted else "**NO**"
        rows.append((title, len(outcomes), refuted, len(outcomes) - refuted, accepted, every))
    head = ("off", "false", "refuted by another", "only not proved", "accepted by another", "all rejected")
    return markdown(head, rows, right=range(1, 5))


def by_claim(outcomes: Sequence[Outcome]) -> str:
    """How many mutants of each claim there are, and of what kind."""
    kinds = ("false", "equivalent", "not known")
    rows: list[tuple[object, ...]] = []
    for origin in dict.fromkeys(o.origin for o in outcomes):
        here = [o.kind for o in outcomes if o.origin == origin]
        rows.append((code(origin), len(here), *(here.count(k) for k in kinds)))
    every = [o.kind for o in outcomes]
    rows.append(("all", len(every), *(every.count(k) for k in kinds)))
    return markdown(["claim", "mutants", *kinds], rows, right=range(1, 5))


def listed(outcomes: Iterable[Outcome]) -> str:
    """Claims with what each checker said."""
    lines = [
        f"* {code(o.text)}: {', '.join(f'{n} {_said(v)}' for n, v in o.verdicts.items())}" for o in outcomes
    ]
    return "\n".join(lines) or "none"


def _said(verdict: Verdict) -> str:
    return f"{verdict.word} ({verdict.reason})" if verdict.word == "undecided" else verdict.word


def lone(outcomes: Sequence[Outcome]) -> Mapping[str, list[Outcome]]:
    """What is false and refuted by one checker only, by that checker."""
    found: dict[str, list[Outcome]] = {}
    for o in outcomes:
        refuters = o.refuters(SHOWN)
        if len(refuters) == 1:
            found.setdefault(refuters[0], []).append(o)
    return found


def document(wrong: Sequence[Outcome], right: Sequence[Outcome], changed: Sequence[Outcome]) -> str:
    """The whole page."""
    false = [o for o in changed if o.kind == "false"]
    unknown = [o for o in changed if o.kind == "not known"]
    accepted = [o for o in (*wrong, *false) if any(o.accepts(n) for n in SHOWN)]
    count = f"{len(wrong)} published mistakes and {len(false)} mutants of softmax's claims"
    parts = [
        "# What each checker rejects, and what if one is off",
        f"Written by `python -m benchmarks.checkers_off --write`. {machine()}.",
        HOW,
        f"False claims: {count}. Accepted by any checker: **{len(accepted)}**.",
        "## Published mistakes",
        rules(wrong, right),
        NOTE,
        by_checker(wrong),
        "What is right in their place:",
        right_ones(right),
        "## Published mistakes, with one checker off",
        switched_off(wrong),
        "## One-place mutants of softmax's claims",
        "*equivalent*: nobody refutes it and the calculus proves it for every size; *not known*: neither.",
        by_claim(changed),
        "What the checkers do with the false ones:",
        by_checker(false),
        "And with the equivalent ones, which are true:",
        of_the_true([o for o in changed if o.kind == "equivalent"]),
        "## Mutants, with one checker off",
        switched_off(false),
        "## False, and refuted by one checker only",
        "\n\n".join(f"By {n}:\n\n{listed(found)}" for n, found in lone([*wrong, *false]).items()) or "none",
        "## Mutants that are not known to be true or false",
        listed(unknown),
    ]
    if accepted:
        parts += ["## FALSE, AND ACCEPTED", listed(accepted)]
    return "\n\n".join(parts)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checkers_off")
    parser.add_argument("--jobs", type=int, default=2, help="processes that ask the checkers (default 2)")
    parser.add_argument("--write", action="store_true", help="write checkers_off.md (default: print)")
    args = parser.parse_args(argv)
    wrong, right, changed = (ask_all(t, args.jobs) for t in (museum(False), museum(True), mutants()))
    publish(document(wrong, right, changed), "checkers_off.md", args.write)
    false = [*wrong, *(o for o in changed if o.kind == "false")]
    return 1 if any(o.accepts(n) for o in false for n in SHOWN) else 0


if __name__ == "__main__":
    sys.exit(main())
