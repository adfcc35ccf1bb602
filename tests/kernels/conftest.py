"""Every generated kernel of every shipped function, in both targets."""

from __future__ import annotations

import pytest

from tests.kernels import served as s


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``served``: each kernel in each target (``_with_label``: those with one); ``shipped``: functions."""
    for fixture in ("served", "served_with_label"):
        if fixture in metafunc.fixturenames:
            cases = [(n, k, t) for n, k in s.kernel_ids() for t in s.TARGETS]
            if fixture == "served_with_label":
                cases = [(n, k, t) for n, k, t in cases if s.find(n, k).labels]
            metafunc.parametrize(fixture, cases, ids=[f"{k}-{t}" for _, k, t in cases], indirect=True)
    if "kernel_id" in metafunc.fixturenames:
        cases = s.kernel_ids()
        metafunc.parametrize("kernel_id", cases, ids=[k for _, k in cases])
    if "shipped" in metafunc.fixturenames:
        metafunc.parametrize("shipped", s.names())


@pytest.fixture
def served(request: pytest.FixtureRequest) -> s.Served:
    """One kernel in one target; C is skipped where there is no compiler."""
    return _served(*request.param)


def _served(name: str, kernel: str, target: str) -> s.Served:
    why = s.no_compiler() if target == "c" else ""
    if why:
        pytest.skip(why)
    found = s.find(name, kernel)
    return s.Served(found, s.catalog[name], target, getattr(s.module(name, target), kernel))


@pytest.fixture
def served_with_label(request: pytest.FixtureRequest) -> s.Served:
    """One kernel that takes a label, in one target."""
    return _served(*request.param)


@pytest.fixture(scope="session")
def targets() -> tuple[str, ...]:
    """The targets that can be tested here."""
    return ("numpy",) if s.no_compiler() else s.TARGETS
