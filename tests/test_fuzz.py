"""A sample of the fuzzing command, and that it sees what it is meant to see."""

from __future__ import annotations

import signal

import pytest

from symderiv.errors import InputError, Place
from tests import fuzz, fuzz_checks, fuzz_inputs


@pytest.fixture(autouse=True)
def alarm():
    before = signal.getsignal(signal.SIGPROF)
    fuzz_checks.prepare()
    yield
    signal.signal(signal.SIGPROF, before)


def test_what_is_read_prints_and_reads_again() -> None:
    tally = fuzz.Tally(20)
    for number in range(1_500):
        tally.take(fuzz_checks.examine(20, number, derive=False))
    assert tally.findings == {}, tally.report()
    for kind in ("valid", "deep", "mutated", "file"):
        assert tally.kinds[kind]["accepted"] > 10, tally.report()


def test_derivatives_of_any_input_end() -> None:
    tally = fuzz.Tally(21)
    for number in range(1, 201):
        tally.take(fuzz_checks.examine(21, number))
    broken = {what: where for what, where in tally.findings.items() if not what.startswith("print")}
    assert broken == {}, tally.report()
    assert tally.totals["derived"] > 20


def test_an_input_is_made_again_by_its_number() -> None:
    for number in range(40):
        assert str(fuzz_inputs.make(5, number)) == str(fuzz_inputs.make(5, number))
    assert {fuzz_inputs.make(5, n).kind for n in range(10)} == {
        "valid", "mutated", "soup", "characters", "file", "deep",
    }  # fmt: skip


def test_a_hang_an_exception_and_a_bad_error_are_findings(monkeypatch) -> None:
    monkeypatch.setattr(fuzz_checks, "LIMIT", 0.05)
    seen = fuzz_checks.Seen(0, "valid")
    with seen.step("read"):
        while True:
            pass
    with seen.step("print"):
        raise KeyError("x")
    with seen.step("read"):
        raise InputError("syntax", "no", Place("define", 1, 1))
    fuzz_checks._check_error(InputError("syntax", "no", Place("define")), seen, whole=False)
    fuzz_checks._check_error(
        InputError("syntax", "no", Place("define", 1, 9), text="y = 1"), seen, whole=False
    )
    assert [what.split(" at ")[0] for what, _ in seen.findings] == [
        "read: slow", "print: KeyError", "error: no place", "error: no excerpt",
    ]  # fmt: skip
    assert seen.outcomes == ["read: syntax"]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_that_dies_is_found_and_the_run_goes_on(monkeypatch) -> None:
    real = fuzz_checks.examine

    def examine(seed: int, number: int, *, derive: bool = True) -> fuzz_checks.Seen:
        if number == 3:
            raise SystemExit(7)
        return real(seed, number, derive=derive)

    monkeypatch.setattr(fuzz, "examine", examine)
    tally = fuzz.run(8, 22, 1, derive=False)
    assert tally.count == 8
    assert [where[0][0] for where in tally.findings.values()] == [3]
    assert "the process died" in tally.report()
