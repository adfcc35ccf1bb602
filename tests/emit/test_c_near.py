"""Functions of templates/c/near: as right as symderiv.lower.running says; their constants."""

from __future__ import annotations

import ctypes
import importlib.util
import math
import re

import numpy as np
import pytest

from symderiv.emit.snippets import read, snippets
from symderiv.lower.running import KNOWN
from tests.emit import vectors
from tests.emit.vectors import COMPILERS, WARNINGS

if not COMPILERS:
    pytest.skip("no C compiler (gcc or clang) on the path", allow_module_level=True)

FILES = ("exp_near_f32", "exp_square_near_f32", "erfc_square_near_f32", "sigmoid_near_f32")
#: Name: the call, the function of doubles, its entry in KNOWN, up to which magnitude.
CALLS = {
    "exp": ("sdv_exp_near_f32(x)", math.exp, "exp", 87.0),
    "half_square": ("sdv_exp_square_near_f32(x, 0.5f)", lambda x: math.exp(-x * x / 2), "exp", 13.19),
    "square": ("sdv_exp_square_near_f32(x, 1.0f)", lambda x: math.exp(-x * x), "exp", 9.327),
    "sigmoid": ("sdv_sigmoid_near_f32(x)", lambda x: 1 / (1 + math.exp(-x)), "sigmoid", 87.0),
    "minus": ("sdv_sigmoid_minus_near_f32(x)", lambda x: 1 / (1 + math.exp(x)), "sigmoid", 87.0),
    "erfc": ("sdv_erfc_square_near_f32(x, x, 1.0f)", math.erfc, "erfc", 9.3),
    "scaled": (
        "sdv_erfc_square_near_f32(0.707106769f * x, x, 0.5f)",
        lambda x: math.erfc(x / math.sqrt(2)),
        "erfc",
        13.15,
    ),
    "times": (
        "sdv_times_erfc_near_f32(x, 0.5f, 0.7071067811865476, 0.5)",
        lambda x: x * math.erfc(-x / math.sqrt(2)) / 2,
        "erfc",
        12.8,
    ),
}


def source(change=str) -> str:
    text = "#include <stddef.h>\n" + "\n".join(change(t) for _, t in snippets("c", FILES, "c"))
    for name, (call, *_) in CALLS.items():
        head = f"void run_{name}(const float *restrict in, float *restrict out, long n)"
        loop = f"for (long i = 0; i < n; ++i) {{ const float x = in[i]; out[i] = {call}; }}"
        text += f"\n{head};\n{head} {{ {loop} }}\n"
    return text


def built(folder, text, **sets):
    """The library under each compiler, fused and unfused."""
    for compiler in COMPILERS:
        for label, flags in vectors.flag_sets().items():
            path = vectors.build(folder, f"{compiler}_{label}", compiler, text, *WARNINGS, *flags)
            yield f"{compiler} {label}", ctypes.CDLL(str(path))


def points(up_to: float) -> np.ndarray:
    """Floats of every magnitude, and many of those that matter most."""
    last = int(np.float32(up_to).view(np.uint32))
    every = np.arange(0, last, 104_729, dtype=np.uint32).view(np.float32)
    usual = np.linspace(0, up_to, 40_001, dtype=np.float32)
    x = np.concatenate([every, usual[usual <= np.float32(up_to)], np.float32([up_to])])
    return np.concatenate([x, -x])


def errors(library, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Points and relative errors there, in u; below the normal numbers, absolute ones."""
    _, of, _, up_to = CALLS[name]
    x = points(up_to)
    out = np.empty_like(x)
    getattr(library, f"run_{name}")(
        ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(out.ctypes.data), ctypes.c_long(x.size)
    )
    want = np.array([of(float(v)) for v in x])
    return x, np.abs(out.astype(np.float64) - want) / np.maximum(np.abs(want), 2.0**-126) * 2.0**24


def allowed(name: str, x: np.ndarray) -> np.ndarray:
    known = KNOWN[CALLS[name][2]]
    argument = x.astype(np.float64) * {"scaled": math.sqrt(0.5), "times": -math.sqrt(0.5)}.get(name, 1.0)
    return np.broadcast_to(known.error(argument), x.shape)


@pytest.mark.parametrize("name", CALLS)
def test_errors_are_within_what_the_running_errors_assume(name, tmp_path):
    for label, library in built(tmp_path, source()):
        x, found = errors(library, name)
        over = found - allowed(name, x)
        worst = int(np.argmax(over))
        assert over[worst] <= 0, f"{name}, {label}: {found[worst]:.3g} u at {x[worst]!r}"


@pytest.mark.parametrize("file", ["exp_near_f32", "exp_square_near_f32", "erfc_square_near_f32"])
def test_a_wrong_constant_is_noticed(file, tmp_path):
    """Each constant in turn, wrong by one part in 30, or one in 8 for the reduction."""
    unnoticed = []
    for n, constant in enumerate(
        dict.fromkeys(re.findall(r"0x1\.[0-9a-f]*p[+-]\d+f", read(f"c/near/{file}.c")))
    ):
        value = float.fromhex(constant[:-1])
        share = 8 if value in (float.fromhex("0x1.715476p+0"),) else 30
        wrong = f"{(value * (1 + 1 / share)).hex()}f"
        folder = tmp_path / str(n)
        folder.mkdir()
        text = source(lambda t, a=constant, b=wrong: t.replace(a, b))
        path = vectors.build(folder, "wrong", COMPILERS[0], text, "-std=c99", "-O1")
        library = ctypes.CDLL(str(path))
        if not any(
            (found > allowed(name, x)).any() for name in CALLS for x, found in [errors(library, name)]
        ):
            unnoticed.append(constant)
    assert unnoticed == []


def test_constants_are_the_derived_ones():
    path = vectors.VECTOR.parent / "near" / "coefficients.py"
    spec = importlib.util.spec_from_file_location("near_coefficients", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    values, bound = module.exp_square_tail()
    held = module.vector.numbers("../near/exp_square_near_f32")
    assert {abs(v) for v in values} <= held
    assert bound < -27
