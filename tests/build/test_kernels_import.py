"""Importing kernels: compiled where there is a compiler, NumPy where there is none, the same to the user."""

from __future__ import annotations

import copy
import importlib
import os
import pickle
import shutil
import subprocess
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import symderiv.kernels
from symderiv.build import BuildError, CompileFailed, CompilerMissing, LiftFailed, cache_directory, load

FIXTURES = Path(__file__).parent / "fixtures"
REPOSITORY = Path(symderiv.kernels.__file__).parents[2]
Z = np.random.default_rng(3).uniform(1, 2, (3, 4))
BROKEN = "int broken(void) { return nonsense; }\n"


@pytest.fixture
def folder(tmp_path, cache, monkeypatch):
    """The folder that ``symderiv.kernels`` looks into, with ``shares.py`` and ``shares.c`` in it."""
    place = tmp_path / "generated"
    place.mkdir()
    for name in ("shares.py", "shares.c"):
        shutil.copy(FIXTURES / name, place)
    monkeypatch.setattr(symderiv.kernels, "__path__", [str(place)])
    monkeypatch.delenv("SYMDERIV_REQUIRE_COMPILER", raising=False)
    importlib.invalidate_caches()
    yield place
    for name in [name for name in sys.modules if name.startswith("symderiv.kernels.")]:
        del sys.modules[name]
        symderiv.kernels.__dict__.pop(name.rpartition(".")[2], None)


def run(code: str, **environment: str) -> str:
    """What a fresh interpreter prints."""
    answer = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_functions_are_compiled(compiler, folder):
    from symderiv.kernels import shares

    assert isinstance(shares.share, np.ufunc)
    assert isinstance(shares.share_jacobian, types.FunctionType)
    assert isinstance(shares.share_jacobian.gufunc, np.ufunc)
    assert_allclose(shares.share(Z, axis=0), Z / Z.sum(0))
    served = symderiv.kernels.status()["shares"]
    assert (served.state, served.reason) == ("compiled", "")
    assert served.path.parent == cache_directory()
    assert list(symderiv.kernels.status()) == symderiv.kernels.names() == ["shares"]


def test_the_other_ways_to_import(compiler, folder):
    first = importlib.import_module("symderiv.kernels.shares")
    assert symderiv.kernels.shares is first
    assert "shares" in dir(symderiv.kernels)
    del sys.modules["symderiv.kernels.shares"], symderiv.kernels.shares
    assert isinstance(symderiv.kernels.shares.share, np.ufunc), "as an attribute, without an import statement"
    assert isinstance(importlib.reload(symderiv.kernels.shares).share, np.ufunc)


def test_what_is_not_there(folder):
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("symderiv.kernels.absent")
    with pytest.raises(ImportError):
        from symderiv.kernels import absent  # noqa: F401
    with pytest.raises(AttributeError):
        _ = symderiv.kernels.absent


def test_without_a_compiler_numpy_stays_silently(folder, monkeypatch):
    monkeypatch.setenv("SYMDERIV_NO_COMPILER", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from symderiv.kernels import shares
    assert isinstance(shares.share, types.FunctionType)
    assert_allclose(shares.share(Z, axis=0), Z / Z.sum(0))
    served = symderiv.kernels.status()["shares"]
    assert served.state == "numpy"
    assert "SYMDERIV_NO_COMPILER" in served.reason
    assert served.path == folder / "shares.py"


def test_without_a_c_file_numpy_stays(folder):
    (folder / "shares.c").unlink()
    from symderiv.kernels import shares

    assert isinstance(shares.share, types.FunctionType)
    assert "no shares.c" in symderiv.kernels.status()["shares"].reason


def test_a_failed_build_warns_in_one_line(compiler, folder):
    (folder / "shares.c").write_text(BROKEN)
    with pytest.warns(
        RuntimeWarning, match=r"symderiv\.kernels\.shares runs on NumPy: .*exit status"
    ) as caught:
        from symderiv.kernels import shares
    assert len(caught) == 1
    assert "\n" not in str(caught[0].message)
    assert caught[0].filename == __file__, "the warning points at the import"
    assert_allclose(shares.share(Z), Z / Z.sum(-1, keepdims=True))
    assert "nonsense" in symderiv.kernels.status()["shares"].reason


def test_a_missing_loop_leaves_all_functions_to_numpy(compiler, folder):
    text = (folder / "shares.c").read_text()
    (folder / "shares.c").write_text(text.replace("void outer_", "void other_"))
    with pytest.warns(RuntimeWarning, match="exports no outer_f32_loop"):
        from symderiv.kernels import shares
    assert isinstance(shares.share, types.FunctionType)


def test_a_required_compiler_raises_instead(compiler, folder, monkeypatch):
    monkeypatch.setenv("SYMDERIV_REQUIRE_COMPILER", "1")
    (folder / "shares.c").write_text(BROKEN)
    with pytest.raises(CompileFailed):
        importlib.import_module("symderiv.kernels.shares")
    monkeypatch.setenv("SYMDERIV_NO_COMPILER", "1")
    with pytest.raises(CompilerMissing):
        importlib.import_module("symderiv.kernels.shares")
    assert "symderiv.kernels.shares" not in sys.modules


def test_pickling(compiler, folder):
    from symderiv.kernels import shares

    for name in shares.SIGNATURES:
        function = getattr(shares, name)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(function, protocol)) is function
        assert copy.deepcopy(function) is function


def test_pickled_here_and_called_elsewhere(compiler, folder):
    from symderiv.kernels import shares

    message = pickle.dumps([shares.share, shares.share_jacobian]).hex()
    code = f"""
import pickle, symderiv.kernels
symderiv.kernels.__path__ = [{str(folder)!r}]
share, jacobian = pickle.loads(bytes.fromhex({message!r}))
print(type(share).__name__, share([1.0, 3.0]).tolist(), jacobian([1.0, 1.0]).tolist())
"""
    assert run(code) == "ufunc [0.25, 0.75] [[0.25, -0.25], [-0.25, 0.25]]"


def test_import_needs_numpy_and_the_standard_library_only():
    code = """
import sys, symderiv.kernels
symderiv.kernels.names()
print([name for name in ("sympy", "jinja2", "flint", "mpmath", "scipy") if name in sys.modules])
"""
    assert run(code) == "[]"


def test_every_shipped_kernel_is_served(cache):
    """None yet in a tree where nothing was generated."""
    code = """
import symderiv.kernels
print(*sorted({served.state for served in symderiv.kernels.status().values()}))
"""
    assert run(code, SYMDERIV_NO_COMPILER="1") in ("", "numpy")


@pytest.mark.parametrize("layout", ["checkout", "installed"])
def test_where_kernels_are_found(folder, tmp_path, layout):
    """A checkout keeps them beside the package, a wheel inside it, with strangers' folders beside."""
    root = tmp_path / layout
    (root / "symderiv").mkdir(parents=True)
    (root / "symderiv" / "__init__.py").touch()
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "symderiv" / "build", root / "symderiv" / "build", ignore=ignore)
    (root / "symderiv" / "kernels").mkdir()
    shutil.copy(symderiv.kernels.__file__, root / "symderiv" / "kernels")
    (root / "generated").mkdir()
    (root / "generated" / "__init__.py").touch()
    if layout == "checkout":
        (root / "pyproject.toml").touch()
        shutil.copytree(folder, root / "generated", dirs_exist_ok=True)
    else:
        (root / "generated" / "stranger.py").touch()
        shutil.copytree(folder, root / "symderiv" / "kernels", dirs_exist_ok=True)
    code = """
import symderiv.kernels
from symderiv.kernels import shares
print(symderiv.kernels.names(), shares.__file__)
"""
    place = root / ("generated" if layout == "checkout" else "symderiv/kernels") / "shares.py"
    assert run(code, PYTHONPATH=str(root), SYMDERIV_NO_COMPILER="1") == f"['shares'] {place}"


def test_load_from_any_folder(compiler, folder):
    compiled = load(folder / "shares.py", folder / "shares.c")
    plain = load(str(folder / "shares.py"), None)
    assert isinstance(compiled.share, np.ufunc)
    assert isinstance(plain.share, types.FunctionType)
    assert_allclose(compiled.share_jacobian(Z, axis=0), plain.share_jacobian(Z, axis=0))
    assert not list(folder.glob("__pycache__"))
    assert "shares" not in sys.modules


def test_load_reads_what_is_there_now(folder):
    path = folder / "small.py"
    for value in (1, 2, 3):
        path.write_text(f"VALUE = {value}\n")
        assert load(path, None).VALUE - value == 0


def test_load_raises_where_it_cannot_build(compiler, folder, monkeypatch):
    with pytest.raises(BuildError, match="cannot be read"):
        load(folder / "shares.py", folder / "absent.c")
    (folder / "broken.c").write_text(BROKEN)
    with pytest.raises(CompileFailed, match="nonsense"):
        load(folder / "shares.py", folder / "broken.c")
    text = (folder / "shares.py").read_text()
    (folder / "shares.py").write_text(text.replace("def square", "def cube"))
    with pytest.raises(LiftFailed, match="names square, which is no function"):
        load(folder / "shares.py", folder / "shares.c")
    (folder / "shares.py").write_text(
        text.replace("share_jacobian(z, axis=-1,", "share_jacobian(z, kind, axis=-1,")
    )
    with pytest.raises(LiftFailed, match="expected 1 arrays, then axis and out at most"):
        load(folder / "shares.py", folder / "shares.c")
    monkeypatch.setenv("SYMDERIV_NO_COMPILER", "1")
    with pytest.raises(CompilerMissing):
        load(folder / "shares.py", folder / "shares.c")
