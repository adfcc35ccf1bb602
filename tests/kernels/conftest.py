"""Every generated kernel of every shipped function, in both targets."""

from __future__ import annotations

from itertools import product

import pytest

from tests.kernels import served as s


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``served``: each result of each kernel in each target (``_with_label``: of kernels with one);
    ``shipped``: functions."""
    for fixture in ("served", "served_with_label"):
        if fixture in metafunc.fixturenames:
            found = [(n, s.find(n, k)) for n, k in s.kernel_ids()]
            found = [(n, k) for n, k in found if fixture == "served" or k.labels]
            cases, ids = [], []
            for (n, k), t in product(found, s.TARGETS):
                for place, part in enumerate(k.parts or (k,)):
                    cases.append((n, k.name, t, place))
                    ids.append(f"{k.name}-{t}" + (f"-{part.kind}" if k.parts else ""))
            metafunc.parametrize(fixture, cases, ids=ids, indirect=True)
    if "kernel_id" in metafunc.fixturenames:
        cases = s.kernel_ids()
        metafunc.parametrize("kernel_id", cases, ids=[k for _, k in cases])
    if "shipped" in metafunc.fixturenames:
        metafunc.parametrize("shipped", s.names())


@pytest.fixture
def served(request: pytest.FixtureRequest) -> s.Served:
    """One result of a kernel in one target; C is skipped where there is no compiler."""
    return _served(*request.param)


def _served(name: str, kernel: str, target: str, place: int) -> s.Served:
    why = s.no_compiler() if target == "c" else ""
    if why:
        pytest.skip(why)
    return s.each(name, kernel, target)[place]


@pytest.fixture
def served_with_label(request: pytest.FixtureRequest) -> s.Served:
    """One kernel that takes a label, in one target."""
    return _served(*request.param)


@pytest.fixture(scope="session")
def targets() -> tuple[str, ...]:
    """The targets that can be tested here."""
    return ("numpy",) if s.no_compiler() else s.TARGETS
