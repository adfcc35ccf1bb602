"""Fixtures of the build stage: a small hand-written kernel, a cache of its own, a compiler or a skip."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.build import CompilerMissing, compile_shared, find_compiler, load

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def compiler():
    """The C compiler; a test that needs one is skipped where there is none."""
    try:
        return find_compiler()
    except CompilerMissing as error:
        pytest.skip(str(error))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("SYMDERIV_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def shares(compiler, tmp_path_factory):
    """The fixture kernel with its compiled functions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMDERIV_CACHE", str(tmp_path_factory.mktemp("cache")))
        return load(FIXTURES / "shares.py", FIXTURES / "shares.c")


@pytest.fixture(scope="session")
def shares_library(compiler, tmp_path_factory):
    """The path of the fixture kernel's shared library."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMDERIV_CACHE", str(tmp_path_factory.mktemp("cache")))
        return compile_shared((FIXTURES / "shares.c").read_text())


@pytest.fixture(scope="session")
def plain():
    """The fixture kernel on NumPy alone."""
    return load(FIXTURES / "shares.py", None)
