"""The main job: all that it does of each function, and what it is worth where something is wrong."""

from __future__ import annotations

import json

import pytest

from symderiv import pipeline
from symderiv.cli import main
from symderiv.library import catalog
from symderiv.run.agreement import KernelError


@pytest.fixture
def small(monkeypatch) -> None:
    monkeypatch.setattr(pipeline, "catalog", {"squared_error": catalog["squared_error"]})


def test_the_main_job_proves_writes_builds_and_compares(small, capsys, tmp_path) -> None:
    assert main(["all", "--out", str(tmp_path / "made"), "--format", "json", "--jobs", "1"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["functions"]
    assert {r["verdict"] for r in found["results"]} == {"proved"}
    assert sorted(p.name for p in (tmp_path / "made").iterdir()) == sorted(found["files"])
    assert {e["dtype"] for e in found["errors"]} == {"float32", "float64"}
    assert all(0 <= e["worst_units"] < pipeline.MOST_UNITS and e["entries"] > 0 for e in found["errors"])


def test_a_kernel_that_is_wrong_fails_the_main_job(small, monkeypatch, capsys, tmp_path) -> None:
    wrong = KernelError("squared_error", "c", "float32", 1e9, 1e9, 1e9, 10, "")
    monkeypatch.setattr(pipeline, "measure", lambda function, folder: ("compiled", [wrong]))
    assert main(["all", "--out", str(tmp_path), "--jobs", "1"]) == 1
    assert "squared_error" in capsys.readouterr().out
