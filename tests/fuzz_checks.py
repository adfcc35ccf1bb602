"""What :mod:`tests.fuzz` does with one input: state it, print it, derive it, decide its claims."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

from symderiv import api, library
from symderiv.definitions import Claim
from symderiv.definitions import Function as Stated
from symderiv.errors import InputError
from symderiv.notation.latex import to_latex_equation
from symderiv.notation.show import equation, text
from symderiv.terms import (
    MINUS_ONE,
    Affine,
    Index,
    Mul,
    Num,
    Order,
    Pow,
    Size,
    Term,
    all_indices,
    free_indices,
    power,
)
from symderiv.verify import by_calculus
from tests.fuzz_inputs import Input, make

#: Seconds of processor time that one call may take, and that the calculus gets for a claim.
LIMIT, BUDGET = 5.0, 1.0
#: One input in so many goes through the command line, which may take so long.
COMMAND_LINE, PATIENCE = 2_000, 120.0


class Late(BaseException):
    """A call took longer than the limit; no ``except Exception`` hides it."""


@dataclass(slots=True)
class Seen:
    """What became of one input."""

    number: int
    kind: str
    outcomes: list[str] = field(default_factory=list)
    findings: list[tuple[str, str]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peak: int = 0  # kilobytes

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One call: what it raises beyond ``InputError`` becomes a finding, what takes long is stopped."""
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LIMIT, 1.0)
        try:
            yield
        except InputError as error:
            self.outcomes.append(f"{name}: {error.code}")
        except Late:
            self.findings.append((f"{name}: slow", f"more than {LIMIT} s"))
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(last.filename).name}:{last.lineno}"
            self.findings.append((f"{name}: {type(error).__name__} at {place}", str(error)[:200]))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            self.seconds[name] = max(self.seconds.get(name, 0.0), time.process_time() - start)

    def wrong(self, what: str, detail: str) -> None:
        self.findings.append((what, detail[:400]))


def examine(seed: int, number: int, *, derive: bool = True) -> Seen:
    """Feed one input, and all that follows where it is accepted; without ``derive`` it is only printed."""
    given = make(seed, number)
    seen = Seen(number, given.kind)
    rng = random.Random(number)
    for function in _read(given, seen):
        claims = function.claims
        _print_and_read(function, claims, seen)
        if derive and given.derive:
            _derive(function, seen, rng)
        for claim in claims if derive else ():
            with seen.step("verdict"):
                seen.outcomes.append(f"verdict: {by_calculus.check(claim, seconds=BUDGET).word}")
    if derive and number % COMMAND_LINE == 0:
        _command_line(given, seen, rng)
    seen.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seen


def _read(given: Input, seen: Seen) -> list[Stated]:
    found: list[Stated] = []
    with seen.step("read"):
        try:
            if given.toml is not None:
                found = list(library.loads(given.toml, "f.toml").values())
            else:
                made = api.define(
                    given.define,
                    assume=given.assume,
                    claims=given.claims,
                    dims=given.dims,
                    labels=given.labels,
                )
                _ = made.claims
                found = [made]
        except InputError as error:
            _check_error(error, seen, whole=given.toml is not None)
            raise
        seen.outcomes.append("accepted")
    return found


def _check_error(error: InputError, seen: Seen, *, whole: bool) -> None:
    """One readable line with a place, and an excerpt that marks it."""
    line = str(error)
    if "\n" in line or not line.isprintable() or len(line) > 500:
        seen.wrong("error: no readable line", repr(line))
    known = whole or error.place.source not in ("dims", "labels")
    if known and not error.place.line:
        seen.wrong("error: no place", line)
    elif known:
        shown = error.excerpt().split("\n")
        if len(shown) != 2 or "^" not in shown[1] or max(map(len, shown)) > 120:
            seen.wrong("error: no excerpt", f"{line} {shown}")


def _print_and_read(function: Stated, claims: Sequence[Claim], seen: Seen) -> None:
    printed = "\n".join(equation(s.entry, s.body) for s in function.statements)
    if not all(set(s.head) <= set(free_indices(s.body)) for s in function.statements):
        seen.outcomes.append("print: what is 0 has lost a letter, so it is no definition")
        return
    again = None
    with seen.step("print"):
        try:
            again = Stated(printed, assume=function.assume, dims=function.declared, labels=function.labels)
        except InputError as error:
            _not_read(printed, error, seen)
            return
        for one, two in zip(function.statements, again.statements, strict=True):
            if text(two.body) != text(one.body):
                seen.wrong(
                    "print: another text when read back", f"{text(one.body)} and then {text(two.body)}"
                )
            elif shape(one.body, function) != shape(two.body, again):
                seen.wrong("print: another term when read back", text(one.body))
        for claim in claims:
            if _balanced(claim.left, claim.right):
                _claim_again(claim.left, claim.right, function, seen)
            else:
                seen.outcomes.append("print: what is 0 has lost a letter, so it is no claim")
    with seen.step("latex"):
        for left, right in [(s.entry, s.body) for s in function.statements] + [
            (c.left, c.right) for c in claims
        ]:
            shown = to_latex_equation(left, right)
            if shown.count("{") != shown.count("}") or shown.count(r"\left") != shown.count(r"\right"):
                seen.wrong("latex: unbalanced", shown)


def _balanced(left: Term, right: Term) -> bool:
    """Whether two sides have the letters of a claim."""
    one, two = free_indices(left), free_indices(right)
    return one == two or not one or not two


def _claim_again(left: Term, right: Term, function: Stated, seen: Seen) -> Claim | None:
    printed = equation(left, right)
    try:
        claim = function.claim(printed)
    except InputError as error:
        _not_read(printed, error, seen)
        return None
    if [shape(claim.left, function), shape(claim.right, function)] != [
        shape(left, function),
        shape(right, function),
    ]:
        seen.wrong("print: another claim when read back", printed)
    return claim


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _not_read(printed: str, error: InputError, seen: Seen) -> None:
    """What is printed may be longer or deeper than what may be stated; else it reads back."""
    if error.code in ("too-long", "too-deep", "too-large"):
        seen.outcomes.append(f"print: {error.code} to be stated")
    else:
        seen.wrong(f"print: reads back as {error.code}", f"{printed!r}: {error}")


def shape(term: Term, function: Stated) -> Any:
    """A term without the order of factors (a/b*c prints as a*c/b) and without the names of dimensions."""
    # what 0*x[c] is folded to has no c: only letters that are left name a dimension
    left = {i.name for s in function.statements for i in (*s.head, *all_indices(s.body))}
    letters: dict[str, str] = {}
    for letter, dim in function.letters.items():
        if letter in left:
            letters[dim] = min(letter, letters.get(dim, letter))
    # a claim may call the dimension of a letter otherwise
    for i in sorted(all_indices(term)):
        if i.name in left and i.name in function.letters:
            letters.setdefault(i.dim, letters[function.letters[i.name]])

    def _product(factors: Sequence[Term]) -> Any:
        value = prod((f.value for f in factors if isinstance(f, Num)), start=Fraction(1))
        others = sorted((of(f) for f in factors if not isinstance(f, Num)), key=repr)
        return others[0] if value == 1 and len(others) == 1 else ("Mul", value, others)

    def of(part: Any) -> Any:
        match part:
            case Index():
                return part.name
            case Size():
                return ("size", letters.get(part.dim, part.dim))
            case Affine():
                return (sorted(((of(s), k) for s, k in part.parts), key=repr), part.constant)
            case Mul():
                return _product([g for f in part.factors for g in _inverses(f)])
            case Pow() if len(inner := _inverses(part)) > 1:
                return _product(inner)
            case Order(op, left, right):
                return min([(op, of(left), of(right)), (_TURNED[op], of(right), of(left))], key=repr)
            case tuple():
                return tuple(map(of, part))
            case _ if hasattr(part, "__match_args__"):
                return (type(part).__name__, *(of(getattr(part, name)) for name in part.__match_args__))
        return part

    return of(term)


def _inverses(factor: Term) -> list[Term]:
    """1/(a*b) reads as 1/a*(1/b)."""
    match factor:
        case Pow(Mul(factors), Num(value)) if value == -1:
            return [Num(1 / f.value) if isinstance(f, Num) else power(f, MINUS_ONE) for f in factors]
    return [factor]


def _derive(function: Stated, seen: Seen, rng: random.Random) -> None:
    public = api._public(function)
    free = sorted(set(function.inputs) - function.constrained)
    if not free:
        return
    found = None
    with seen.step("derivative"):
        found = public.derivative(rng.choice(free))
    if found is None:
        return
    seen.outcomes.append("derived")
    with seen.step("latex"):
        found.latex()
    claim = None
    with seen.step("print"):
        if _balanced(found.left, found.right):
            claim = _claim_again(found.left, found.right, function, seen)
        else:
            seen.outcomes.append("derivative: has fewer letters than its left side, so it is no claim")
    with seen.step("verdict of the derivative"):
        if claim is not None:
            word = by_calculus.check(claim, seconds=BUDGET).word
            seen.outcomes.append(f"derivative: {word}")


def _command_line(given: Input, seen: Seen, rng: random.Random) -> None:
    """The same input through the real command."""
    with tempfile.TemporaryDirectory() as folder:
        if given.toml is not None:
            path = Path(folder) / "f.toml"
            path.write_text(given.toml, encoding="utf-8", errors="replace", newline="")
            words = ["list", "--file", str(path), "--format", "json"]
        else:
            words = ["verify", "--define", given.define, "--checkers", "calculus", "--seconds", "2"]
            words += [w for a in given.assume for w in ("--assume", a)]
            words += [w for c in given.claims or ["y = y"] for w in ("--claim", c)]
        words = [w.replace("\x00", "") for w in words]
        done = subprocess.run(
            [sys.executable, "-m", "symderiv", *words],
            capture_output=True, text=True, errors="replace", check=False, timeout=PATIENCE,
            env={**os.environ, "SYMDERIV_EXCERPT": "0"},
        )  # fmt: skip
    lines = done.stderr.splitlines()
    right = {0: 0, 1: 0, 2: 1}
    seen.outcomes.append(f"command line: {done.returncode}")
    if done.returncode not in right or len(lines) != right[done.returncode]:
        seen.wrong(f"command line: status {done.returncode}, {len(lines)} lines", done.stderr[-400:])
    elif done.returncode == 0 and given.toml is not None:
        json.loads(done.stdout)


def prepare() -> None:
    """What :func:`examine` needs in its process: the alarm, and warnings as errors."""
    warnings.simplefilter("error")

    def late(*_: object) -> None:
        raise Late

    signal.signal(signal.SIGPROF, late)
