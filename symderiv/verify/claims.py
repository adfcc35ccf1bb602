"""One claim, four checkers, one verdict: refute first, prove second.

* ``calculus``   (a) the index calculus, every size                (:mod:`.by_calculus`)
* ``sympy``      (b) SymPy's own ``diff`` at symbolic size         (:mod:`.by_sympy`)
* ``expansion``  (c) exact, explicit entries at small sizes        (:mod:`.by_expansion`)
* ``balls``      (d) ball arithmetic at random points; refutes     (:mod:`.by_balls`)

A claim is *proved* when the calculus proves it, nothing refutes it, at least one instance was
evaluated, and SymPy or the expansion agrees wherever one of them can decide.  Two checkers that
contradict each other raise :class:`Disagreement`: that is an error of ours, never a verdict.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from symderiv.definitions import Claim, Function
from symderiv.errors import InputError, Place
from symderiv.verify.verdict import Verdict, Witness, Word

#: Checkers in the order they run.
CHECKERS = ("balls", "calculus", "expansion", "sympy")
#: In the order they are shown.
SHOWN = ("calculus", "sympy", "expansion", "balls")


class Disagreement(RuntimeError):
    """One checker proves what another refutes: a bug in one of them."""


@dataclass(slots=True)
class Result:
    """The verdict about one claim, with what each checker said."""

    function: str
    claim: str
    word: Word
    checkers: dict[str, Verdict] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    classes: tuple[tuple[str, ...], ...] = ()
    reason: str = ""
    seconds: float = 0.0

    @property
    def verdict(self) -> Word:
        """``proved``, ``refuted`` or ``undecided``."""
        return self.word

    @property
    def witness(self) -> Witness | None:
        """The counterexample, if refuted."""
        return next((v.witness for v in self.checkers.values() if v.witness), None)

    @property
    def dimensions(self) -> str:
        """Letters that share a dimension, e.g. ``c i j | m n``."""
        return " | ".join(" ".join(sorted(group)) for group in self.classes)

    def json(self) -> dict[str, Any]:
        """As printed by ``verify --format json``."""
        return {
            "function": self.function,
            "claim": self.claim,
            "verdict": self.word,
            "reason": self.reason,
            "dimensions": self.dimensions,
            "checkers": {name: self.checkers[name].json() for name in SHOWN if name in self.checkers},
            "side_conditions": self.conditions,
            "witness": self.witness.json() if self.witness else None,
        }


def verify(
    function: Function,
    claim: str | Claim,
    *,
    checkers: Sequence[str] = CHECKERS,
    seconds: float = 10.0,
) -> Result:
    """Check one claim about ``function``.  Raises :class:`InputError` where it has no meaning."""
    stated = claim if isinstance(claim, Claim) else function.claim(claim)
    result = Result(function.name, stated.text, "undecided", classes=stated.classes)
    start = time.perf_counter()
    for name in (c for c in CHECKERS if c in checkers):
        verdict = _run(name, stated, seconds)
        result.checkers[name] = verdict
        if name == "balls":
            _require_points(function, verdict)
        if verdict.word == "refuted":
            break
    if result.checkers.get("calculus", Verdict("undecided")).word == "proved":
        result.conditions = _conditions(stated)
    _judge(result, checkers)
    result.seconds = time.perf_counter() - start
    return result


def verify_all(function: Function, **options: Any) -> list[Result]:
    """Check every claim stated with ``function``."""
    return [verify(function, claim, **options) for claim in function.claims]


def verdict_on(case: tuple[Function, Claim], **options: Any) -> Result:
    """:func:`verify` of one function and claim: a piece of work for other processes."""
    return verify(*case, **options)


def _run(name: str, claim: Claim, seconds: float) -> Verdict:
    check = _checker(name)
    start = time.perf_counter()
    verdict = check(claim, seconds=seconds if name != "balls" else min(seconds, 5.0))
    verdict.seconds = time.perf_counter() - start
    return verdict


def _checker(name: str) -> Callable[..., Verdict]:
    if name not in SHOWN:
        raise InputError("unknown-checker", f"no checker '{name}'; there are {', '.join(SHOWN)}")
    # imported on demand: SymPy and FLINT take longer to load than a proof takes
    check: Callable[..., Verdict] = import_module(f"symderiv.verify.by_{name}").check
    return check


def _require_points(function: Function, verdict: Verdict) -> None:
    """Assumptions that no point satisfies prove nothing and are the user's mistake."""
    if (
        verdict.word == "undecided"
        and verdict.reason.startswith("no instance:")
        and "assumptions" in verdict.reason
    ):
        place = Place(f"assumption {len(function.assume)}", 1, 1)
        raise InputError(
            "no-instance",
            f"{verdict.reason.removeprefix('no instance: ')}; zero instances prove nothing, "
            "the assumptions must leave a point",
            place,
        )


def _conditions(claim: Claim) -> list[str]:
    from symderiv.calculus.assumptions import normalizer
    from symderiv.calculus.conditions import side_conditions

    return side_conditions(normalizer(claim.assumptions), (claim.left, claim.right), claim.bodies)


def _judge(result: Result, checkers: Iterable[str]) -> None:
    words = {name: v.word for name, v in result.checkers.items()}
    proofs = [n for n, w in words.items() if w in ("proved", "confirmed")]
    refuters = [n for n, w in words.items() if w == "refuted"]
    if refuters and any(words[n] == "proved" for n in proofs):
        raise Disagreement(
            f"checkers disagree about '{result.claim}': {', '.join(proofs)} prove it, "
            f"{', '.join(refuters)} refute it; please report this"
        )
    if refuters:
        result.word = "refuted"
        return
    if words.get("calculus") != "proved":
        said = result.checkers.get("calculus")
        result.reason = said.reason if said else "the index calculus was not asked"
        return
    if "balls" in words and words["balls"] == "undecided" and "confirmed" not in words.values():
        result.reason = f"the instances do not reach every case ({result.checkers['balls'].reason})"
        return
    result.word = "proved"
    if not {"sympy", "expansion"} & set(proofs) and {"sympy", "expansion"} & set(checkers):
        result.reason = "no exact or SymPy confirmation could be had; the balls' instances stand in"
