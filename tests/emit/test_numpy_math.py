"""The functions NumPy lacks, as generated files carry them: close to mpmath, right at the edges, quiet."""

from __future__ import annotations

import ast
import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

_HERE = Path(__file__).parent
TEMPLATES = _HERE.parents[1] / "templates"


def _module(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


accuracy = _module(_HERE / "accuracy.py")
LIMITS = {"erf": 1.5, "erfc": 4.0, "sigmoid": 2.0}  # measured at most 1.04, 3.56 and 1.60
INF, NAN = math.inf, math.nan
SPECIAL = {
    "erf": [(0, 0), (-0.0, -0.0), (INF, 1), (-INF, -1), (1e308, 1), (-7, -1), (5e-324, 5e-324), (NAN, NAN)],
    "erfc": [(0, 1), (-0.0, 1), (INF, 0), (-INF, 2), (1e308, 0), (-1e308, 2), (28, 0), (-7, 2), (NAN, NAN)],
    "sigmoid": [
        (0, 0.5),
        (-0.0, 0.5),
        (INF, 1),
        (-INF, 0),
        (1e308, 1),
        (-1e308, 0),
        (-5e-324, 0.5),
        (NAN, NAN),
    ],
}


def load(name: str):
    """The function, from a file that can be pasted after `import numpy as np`."""
    text = (TEMPLATES / "numpy" / "math" / f"{name}.py").read_text(encoding="utf-8")
    assert text.startswith("# needs:")
    namespace = {"np": np}
    exec(text, namespace)
    return namespace[f"_{name}"]


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_error(name):
    x = accuracy.points(name)
    errors = accuracy.ulps(name, load(name)(x), x)
    worst = int(np.argmax(errors))
    assert errors[worst] <= LIMITS[name], f"_{name}({float(x[worst])!r}): {errors[worst]:.3f} ulp"


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_special_values_quietly(name):
    x, want = np.array(SPECIAL[name], dtype=np.float64).T
    points = accuracy.points(name)
    with np.errstate(all="raise"):
        got = load(name)(x)
        load(name)(points)
    assert (((got == want) & (np.signbit(got) == np.signbit(want))) | (np.isnan(got) & np.isnan(want))).all()


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_shapes(name):
    function = load(name)
    x = np.linspace(-9, 9, 60).reshape(3, 4, 5)
    kept = x.copy()
    y = function(x[:, ::-1].transpose(2, 0, 1))
    assert y.dtype == np.float64
    assert y.shape == (5, 3, 4)
    assert (y == function(x)[:, ::-1].transpose(2, 0, 1)).all()
    assert (x == kept).all()
    assert function(np.empty((0, 3))).shape == (0, 3)
    assert float(function(np.float64(0.25))) == function(np.array([0.25]))[0]


@pytest.mark.parametrize(("name", "lengths"), [("erf", [12, 15]), ("erfc", [9, 22])])
def test_it_has_the_coefficients_of_the_c_file(name, lengths):
    tree = ast.parse((TEMPLATES / "numpy" / "math" / f"{name}.py").read_text(encoding="utf-8"))
    tuples = [ast.literal_eval(node) for node in ast.walk(tree) if isinstance(node, ast.Tuple)]
    assert [len(coefficients) for coefficients in tuples] == lengths
    c_text = (TEMPLATES / "c" / "math" / f"{name}.c").read_text(encoding="utf-8")
    for coefficients in tuples:
        missing = [c for c in coefficients if float.hex(abs(c)) not in c_text]
        assert not missing
