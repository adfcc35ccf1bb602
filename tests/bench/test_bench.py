"""``symderiv bench``: its tables, its clock, its errors.  What was measured is not tested."""

from __future__ import annotations

import json
import time
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks import kernels, svg
from symderiv import cli
from symderiv.bench import clock, errors, given, limits, peers, rows, speed, stated, truth
from symderiv.bench.results import Results
from symderiv.bench.show import document, figure, seconds
from symderiv.errors import InputError
from symderiv.library import catalog
from symderiv.report import table as as_table

TABLE = rows.read()


@pytest.fixture
def here(monkeypatch):
    """The environment and the cores of the process are put back."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "JAX_PLATFORMS", "XLA_FLAGS"):
        monkeypatch.setenv(name, "1" if "NUM" in name else "")


def opened(name: str) -> peers.Peer:
    pytest.importorskip(name)
    found, absent = peers.open_peers([name])
    assert not absent
    return found[0]


def row(**facts: object) -> rows.Row:
    usual = {"title": "t", "module": "softmax", "kernels": ("softmax",), "peer": "softmax",
             "draw": {"z": "normal"}, "shapes": "s", "dtypes": ("float32",)}  # fmt: skip
    return rows.Row(**{**usual, **facts})


# --- the tables -----------------------------------------------------------------------------------


def test_every_row_has_shapes_and_a_peer_that_computes_it():
    for r in TABLE.rows:
        assert TABLE.shapes[r.shapes]
        assert TABLE.quick[r.shapes]
        assert {g.peer for g in r.goals} <= {*peers.NAMES, speed.COPY}
    titles = {r.title for r in TABLE.rows}
    assert all(set(m.titles) <= titles for m in TABLE.medians)


@pytest.mark.parametrize("name", peers.NAMES)
def test_a_peer_computes_what_the_rows_ask(name, here):
    peer = opened(name)
    asked = {r.peer for r in TABLE.rows}
    own = {n for n, f in vars(peer.module).items() if callable(f) and n in asked}
    assert own, f"{name} is in no row"


def test_goals_speak_of_shapes():
    goal = rows.Goal("torch", 2.0, smallest=128, rows=4, large=1.0)
    assert goal.holds_for((4, 128), -1, 1.0)
    assert not goal.holds_for((4, 127), -1, 1.0)
    assert not goal.holds_for((3, 128), -1, 1.0)
    assert not goal.holds_for((4, 128), -1, 0.5)
    assert goal.holds_for((4, 128, 2), 1, 1.0), "the axis decides"
    assert not goal.holds_for((4, 128, 2), -1, 1.0)


def test_names_choose_rows():
    chosen = rows.choose(TABLE.rows, ["log_softmax"])
    assert {r.module for r in chosen} == {"log_softmax"}
    with pytest.raises(InputError, match="nothing is timed for 'nonsense'"):
        rows.choose(TABLE.rows, ["nonsense"])


# --- what is called -------------------------------------------------------------------------------


def test_arguments_are_found_by_their_names():
    case = given.given(row(kernels=("softmax_vjp",)), (3, 5), "float32")
    y, g = case.arrays["value"], case.arrays["g"]
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.sum(-1), 1, rtol=1e-6)
    expected = y * (g - (g * y).sum(-1, keepdims=True))
    np.testing.assert_allclose(case.ours(), expected, rtol=1e-4, atol=1e-6)
    assert case.ours() is case.ours(), "out= is given"
    assert case.bytes == 3 * 15 * 4


def test_a_call_without_out_makes_a_new_array():
    case = given.given(row(call=True), (5,), "float64")
    assert case.ours() is not case.ours()


def test_several_kernels_are_one_call_and_a_fused_one_is_taken_if_there_is_one():
    both = row(
        module="cross_entropy_labels",
        kernels=("cross_entropy_labels", "cross_entropy_labels_jacobian"),
        draw={"z": "normal", "k": "labels"},
    )
    value, gradient = given.given(both, (4, 6), "float64").ours()
    assert (value.shape, gradient.shape) == ((4,), (4, 6))
    fused = row(kernels=("nonsense",), fused=("absent", "softmax"))
    assert given.given(fused, (2, 3), "float32").ours().shape == (2, 3)


def test_kernels_that_are_not_there_are_skipped_and_named():
    missing = [row(title="a", module="nonsense"), row(title="b", kernels=("nonsense",))]
    found, skipped = speed.measure(missing, {"s": [[2, 3], [3, 4]]}, [], budget=0.0)
    assert found == []
    assert skipped == [
        "a: there is no kernel module nonsense",
        "b: symderiv.kernels.softmax has no nonsense",
    ]


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("name", peers.NAMES)
def test_peers_give_our_numbers_on_every_axis(name, axis, here):
    peer = opened(name)
    case = given.given(row(axis=axis), (3, 4, 5), "float64")
    for way in peer.ways("softmax", case.arrays, axis):
        np.testing.assert_allclose(peer.numbers(way()), case.ours(), rtol=1e-12)


def test_a_function_that_is_not_shipped_is_generated_and_timed(tmp_path, monkeypatch):
    assert set(stated.stated()).isdisjoint(catalog)
    asked = {r.module for r in TABLE.rows}
    assert set(stated.stated()) <= asked
    one = row(module="relu", kernels=("relu_vjp",), peer="relu_vjp", draw={"x": "normal"})
    case = given.given(one, (3, 4), "float32")
    np.testing.assert_array_equal(case.ours(), np.where(case.arrays["x"] > 0, case.arrays["g"], 0))
    found = list(errors._of_stated("relu", quick=True))
    assert [e.dtype for e in found if e.title == "relu_vjp"] in (["float32", "float64"], [])
    assert all(e.worst["symderiv"] < 1 and e.met for e in found)


def test_an_argument_that_nothing_is_drawn_for_is_said():
    unknown = row(kernels=("softmax_jvp",))
    with pytest.raises(given.Missing, match="nothing is drawn for dz, which a kernel of softmax takes"):
        given.given(unknown, (3, 4), "float32")


def test_a_peer_with_other_numbers_is_not_timed():
    peer = opened("numpy")
    wrong = row(kernels=("softmax_jvp",), draw={"z": "normal", "dz": "normal"})
    (found,), _ = speed.measure([wrong], {"s": [[3, 5]]}, [peer], budget=0.0)
    assert "numpy" not in found.times
    assert found.notes == ["numpy: 1 of 1 ways give other numbers"]


# --- the clock ------------------------------------------------------------------------------------


def test_times_and_ratios():
    def work(count):
        return lambda: sum(range(count))

    times = clock.in_turn({"a": work(20_000), "b": work(60_000)}, budget=0.02)
    assert times["a"].ratio == 1.0
    assert 1.5 < times["b"].ratio < 6.0
    assert times["a"].seconds > 0
    assert times["a"].rounds == times["b"].rounds >= 5


def test_one_core_is_given_back():
    import os

    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("no affinity here")
    before = os.sched_getaffinity(0)
    with clock.one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


def test_limits_are_bandwidths():
    (found,) = limits.limits((0.5,), budget=0.01)
    assert found.mebibytes == 0.5
    assert found.copy > 0.1
    assert found.write > 0.1


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_errors_are_counted_in_ulps(dtype):
    z = (3 * np.random.default_rng(0).standard_normal(50)).astype(dtype)
    y = truth.value(z)
    right = list(errors._pairs("softmax", z, {}))
    assert 0 < truth.worst(y, iter(right), True) <= 0.5
    off = y.copy()
    off[7] += 10 * np.spacing(off[7])
    assert 9.4 < truth.worst(off, iter(right), True) <= 10.5
    off[7] = np.nan
    assert truth.worst(off, iter(right), True) == np.inf


def test_subnormal_results_are_counted_in_the_smallest_unit():
    z = np.array([0.0, -95.0], np.float32)
    right = list(errors._pairs("softmax", z, {}))
    y = truth.value(z)
    assert 0 < y[1] < np.finfo(np.float32).smallest_normal
    assert truth.worst(y, iter(right), True) <= 0.5
    flushed = np.array([1.0, 0.0], np.float32)
    assert truth.worst(flushed, iter(right), True) > 1000


def test_errors_of_a_vjp_are_counted_in_its_condition():
    z, g = np.array([30.0, 0.0]), np.array([2.0, 1.0])
    y = truth.value(z)
    right = list(errors._pairs("softmax_vjp", z, {"g": g}))
    good = np.array([y[0] * y[1] * (g[0] - g[1]), -y[0] * y[1] * (g[0] - g[1])])
    assert truth.worst(good, iter(right), False) < 4
    cancelled = y * (g - (g * y).sum())
    assert truth.worst(cancelled, iter(right), False) > 1000


def test_the_gradient_at_the_label_is_minus_the_others():
    z = np.array([40.0, 0.0])
    (at_label, unit), (other, _) = errors._pairs("cross_entropy_labels_jacobian", z, {"k": 0})
    assert float(at_label) == -float(other) < 0
    assert float(unit) == float(other)


def test_a_huge_logit_leaves_one_and_zeros():
    z = errors._drawn(["huge"], (2, 9), np.dtype(np.float64), np.random.default_rng(0))
    assert np.max(np.abs(z)) > 1e10
    assert list(np.sort(truth.value(z[0]))[-2:]) == [0.5, 0.5], "the largest entry occurs twice"
    assert np.sort(truth.value(z[1]))[-1] == 1


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """Two rows, small shapes, few entries."""
    few = rows.Table(
        tuple(r for r in TABLE.rows if r.title == "softmax forward"),
        {"rows": [[4, 128]]}, {"rows": [[4, 128]]},
        (rows.Median(("softmax forward",), (rows.Goal("numpy", 1e-9), rows.Goal("numpy", 1e9))),),
    )  # fmt: skip
    monkeypatch.setattr(rows, "read", lambda: few)
    monkeypatch.setattr(errors, "QUICK_ENTRIES", 30)


def test_json(small, here, capsys):
    assert cli.main(["bench", "--quick", "--peers", "numpy", "--format", "json", "softmax"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["versions"]) == {"symderiv", "numpy"}
    assert [m["dtype"] for m in found["speed"]] == ["float32", "float64"]
    assert set(found["speed"][0]["times"]) == {"symderiv", "copy", "numpy"}
    assert {e["unit"] for e in found["errors"]} >= {"ulp"}
    assert all(e["worst"]["symderiv"] >= 0 for e in found["errors"])
    assert [s["met"] for s in found["summary"] if s["what"].startswith("median")] == [1, 0]
    assert found["goals"]["met"] < found["goals"]["all"]


def test_text(small, here, capsys):
    assert cli.main(["bench", "--quick", "--peers", "numpy", "--part", "speed"]) == 0
    out = capsys.readouterr().out
    assert "softmax forward, float32:" in out
    assert "numpy/ours" in out
    assert "goals met." in out


def test_bad_input_is_one_line(capsys):
    assert cli.main(["bench", "--peers", "nonsense"]) == 2
    assert "no peer 'nonsense'; there are torch, jax" in capsys.readouterr().err
    assert cli.main(["bench", "nonsense"]) == 2
    assert "nothing is timed for 'nonsense'" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_is_said(monkeypatch, here):
    def absent(name):
        raise ModuleNotFoundError(f"No module named '{name}'", name="torch")

    monkeypatch.setattr(peers, "import_module", absent)
    assert peers.open_peers(["torch"]) == ([], {"torch": "not installed (torch)"})


def measured() -> Results:
    m = speed.Measured("softmax forward", "float32", (4, 128), -1, "compiled", 0.1)
    m.times = {
        n: clock.Timing(1e-6 * r, r, 5) for n, r in (("symderiv", 1.0), ("copy", 0.5), ("torch", 80.0))
    }
    m.goals = [speed.Met("torch", 1.7, 80.0), speed.Met("copy", 0.8, 0.5)]
    wrong = errors.Errors("N(0,1)", "float32", "ulp", 10, 4.0, {"symderiv": 5.0, "torch": 8.4e6})
    return Results({"symderiv": "0"}, {"jax": "not installed (jax)"}, speed=[m], errors=[wrong])


def test_goals_stand_beside_the_figures():
    text = document(measured(), as_table, lambda t: t + ":")
    assert "80.00 >= 1.7" in text
    assert "0.50 < 0.8 MISSED" in text
    assert "<= 4 MISSED" in text
    assert "jax: not installed (jax)." in text
    assert "1 of 3 goals met." in text
    assert [seconds(x) for x in (5e-9, 2.5e-6, 0.9996, 3)] == ["5 ns", "2.5 us", "1 s", "3 s"]
    assert [figure(x) for x in (0.499, 24.4, 8.4e6)] == ["0.5", "24", "8.4e+06"]


def test_the_page_and_its_plot():
    page = kernels.page(measured())
    assert "| 4x128 | 1 us | 80.00 >= 1.7 | 0.50 < 0.8 MISSED |" in page
    drawn = ElementTree.fromstring(kernels.plot(measured()))
    texts = [t.text for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "softmax forward, float32" in texts
    assert "4x128" in texts


def test_a_plot_has_a_dot_where_the_value_is():
    line = svg.Line("a<b", {"x": 1.0, "y": 1000.0}, {"x": 10.0})
    drawn = ElementTree.fromstring(svg.dots([svg.Group("g", [line])], "t", low=0.1, high=100.0, width=800))
    space = "{http://www.w3.org/2000/svg}"
    dots = [c for c in drawn.iter(f"{space}circle") if c.get("r") == "3.2"]
    middle = svg.LEFT + (800 - svg.RIGHT - svg.LEFT) / 3
    assert [float(c.get("cx", "0")) for c in dots] == [pytest.approx(middle, abs=0.1)]
    assert "a<b" in [t.text for t in drawn.iter(f"{space}text")]


def test_the_clock_counts_only_what_this_process_does():
    start = time.process_time()
    taken = clock._sample(lambda: time.sleep(0.05), 1)
    assert taken < 0.04
    assert time.process_time() - start < 0.04
