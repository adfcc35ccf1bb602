"""The compiled kernels away from the main thread: in threads, on Dask's worker processes, under xarray."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

ROOT = Path(__file__).parents[2]

DASK = """
import numpy as np, dask.array as da
from dask.distributed import Client, LocalCluster
from symderiv.kernels import softmax

def main():
    z = np.random.default_rng(0).standard_normal((64, 3, 1000))
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            chunked = da.from_array(z, chunks=(7, 2, 1000))
            y = softmax.softmax(chunked)
            assert isinstance(y, da.Array)
            assert y.compute().tobytes() == softmax.softmax(z).tobytes()
            g = da.from_array(z[::-1].copy(), chunks=(7, 2, 1000))
            gz = softmax.softmax_vjp(y, g).compute()
            assert gz.tobytes() == softmax.softmax_vjp(softmax.softmax(z), z[::-1].copy()).tobytes()
            where = set(client.run(lambda: __import__("os").getpid()).values())
            assert len(where) == 2, where
    print("the same bits on", len(where), "processes")

if __name__ == "__main__":
    main()
"""


def served() -> object:
    """The softmax module, compiled; or a skip."""
    from symderiv import kernels

    state = kernels.status()["softmax"]
    if state.state != "compiled":
        pytest.skip(state.reason)
    from symderiv.kernels import softmax

    return softmax


def test_other_threads_run_while_a_kernel_does():
    softmax = served()
    z = np.random.default_rng(0).standard_normal((2000, 1000))
    out = np.empty_like(z)
    done, ticks, calls = threading.Event(), 0, 0

    def work():
        nonlocal calls
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            softmax.softmax(z, out=out)
            calls += 1
        done.set()

    before = sys.getswitchinterval()
    # were the lock held through a call, this thread would tick about once between two calls
    sys.setswitchinterval(1e-4)
    try:
        worker = threading.Thread(target=work)
        worker.start()
        while not done.wait(1e-4):
            ticks += 1
        worker.join()
    finally:
        sys.setswitchinterval(before)
    assert ticks > 3 * calls


def test_two_threads_get_the_bits_of_one():
    softmax = served()
    z = np.random.default_rng(1).standard_normal((8, 300, 700)).astype(np.float32)
    expected = softmax.softmax(z)
    got = np.empty_like(z)
    halves = [
        threading.Thread(target=softmax.softmax, args=(z[n::2],), kwargs={"out": got[n::2]}) for n in (0, 1)
    ]
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    assert_array_equal(got, expected)


def test_dask_on_two_worker_processes_gives_the_same_bits(tmp_path):
    pytest.importorskip("dask.array")
    pytest.importorskip("distributed")
    served()
    program = tmp_path / "program.py"
    program.write_text(DASK)
    done = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "the same bits on 2 processes" in done.stdout


def test_dask_refuses_a_chunked_axis():
    da = pytest.importorskip("dask.array")
    softmax = served()
    z = da.ones((4, 10), chunks=(4, 5))
    with pytest.raises(ValueError, match="consists of multiple chunks"):
        softmax.softmax(z)


def test_xarray_gives_the_same_bits():
    xarray = pytest.importorskip("xarray")
    softmax = served()
    z = np.random.default_rng(2).standard_normal((3, 50, 4))
    array = xarray.DataArray(z, dims=("time", "class", "place"), coords={"place": list("abcd")})
    y = xarray.apply_ufunc(softmax.softmax, array, input_core_dims=[["class"]], output_core_dims=[["class"]])
    assert y.dims == ("time", "place", "class")
    assert_array_equal(y.transpose(*array.dims).values, softmax.softmax(z, axis=1))
    assert list(y.coords["place"].values) == list("abcd")
