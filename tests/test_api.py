"""``import symderiv as sd``: the objects that a user holds."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sympy

import symderiv as sd


def test_define_derive_verify() -> None:
    f = sd.define("y[j] = exp(z[j]) / sum[c](exp(z[c]))")
    d = f.derivative("z")
    assert str(d) == "dy[j]/dz[i] = y[j]*(delta[i,j] - y[i])"
    assert r"\delta" in d.latex()
    assert d._repr_latex_().startswith("$")
    assert sd.verify(f, "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]").verdict == "proved"
    assert f.verify("sum[j](y[j]) = 1").verdict == "proved"


def test_the_catalog_and_files(tmp_path) -> None:
    assert sd.catalog["softmax"].derivative().right == sd.catalog["softmax"].derivative("z").right
    path = tmp_path / "my.toml"
    path.write_text('[half]\ndefine = "y[j] = x[j]/2"\n')
    assert str(sd.load(path)["half"].derivative("x")) == "dy[j]/dx[i] = delta[i,j]/2"


def test_sympy_expressions_are_accepted_and_given_back() -> None:
    y, z = sympy.IndexedBase("y"), sympy.IndexedBase("z")
    j, c, size = sympy.symbols("j c C", integer=True, positive=True)
    f = sd.define([(y[j], sympy.exp(z[j]) / sympy.Sum(sympy.exp(z[c]), (c, 1, size)))])
    assert str(f.derivative("z")) == "dy[j]/dz[i] = y[j]*(delta[i,j] - y[i])"
    back = f.derivative("z").sympy()
    assert back.has(sympy.KroneckerDelta)


def test_errors_are_of_one_kind() -> None:
    with pytest.raises(sd.InputError):
        sd.define("y[j] = softmax(z[j])")
    with pytest.raises(AttributeError):
        _ = sd.nothing


def test_kernels_load_no_symbolic_library() -> None:
    program = (
        "import sys, symderiv.kernels\n"
        "from symderiv.kernels import softmax\n"
        "sys.exit(bool({'sympy', 'jinja2', 'flint'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
