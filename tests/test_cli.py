"""The command line: exit statuses, one-line errors, JSON, and what the contract names."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from symderiv.cli import main

DATA = Path(__file__).parent / "data"
SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
MALFORMED = tomllib.loads((DATA / "malformed.toml").read_text(encoding="utf-8"))


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(argv)
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_input_ends_with_one_line_and_status_2(name, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    case = MALFORMED[name]
    argv = ["verify", "--define", case["define"]]
    for text in case.get("assume", []):
        argv += ["--assume", text]
    for text in case["claims"]:
        argv += ["--claim", text]
    start = time.perf_counter()
    status, out, err = run(capsys, *argv)
    assert time.perf_counter() - start < 5
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert f"[{case['code']}]" in err
    assert "line" in err
    assert "column" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nothing"],
        ["verify", "nosuch"],
        ["verify", "--file", "missing.toml"],
        ["verify", "--define", SOFTMAX],
        ["verify", "softmax", "--define", SOFTMAX, "--claim", "y[j] = 1"],
        ["verify", "--claim", "y[j] = 1"],
        ["verify", "softmax", "--checkers", "oracle"],
        ["verify", "softmax", "--format", "xml"],
        ["verify", "softmax", "--seconds", "-1"],
        ["derive", "softmax", "--wrt", "q"],
        ["derive", "y[j] = "],
        ["generate", "--define", SOFTMAX],
        ["generate", "--define", SOFTMAX, "--name", "while"],
        ["generate", "softmax", "--target", "fortran"],
        ["generate", "softmax", "--name", "other"],
        ["generate", "softmax", "--out", ""],
        ["verify", "--file", ""],
        ["verify", "--file", "/dev/zero"],
        ["verify", "softmax", "--seconds", "soon"],
        ["all", "--out", "/dev/null/x"],
        ["explain", "softmax", "-o", "."],
        ["explain", "nosuch"],
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_one_line_and_status_2(argv, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *argv)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_false_claim_ends_with_a_witness_and_status_1(capsys) -> None:
    claim = "D(y[j], z[i]) = y[j]*(delta[i,j] - y[j])"
    status, out, _ = run(capsys, "verify", "--define", SOFTMAX, "--claim", claim)
    assert status == 1
    assert "refuted" in out
    assert "left  =" in out


def test_a_true_claim_ends_with_status_0_and_json(capsys) -> None:
    claim = "D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])"
    status, out, err = run(capsys, "verify", "--define", SOFTMAX, "--claim", claim, "--format", "json")
    assert (status, err) == (0, "")
    (result,) = json.loads(out)["results"]
    assert result["verdict"] == "proved"
    assert set(result["checkers"]) == {"calculus", "sympy", "expansion", "balls"}
    assert result["witness"] is None
    assert result["checkers"]["sympy"]["verdict"] == "proved"
    assert result["checkers"]["expansion"]["verdict"] == "confirmed"
    assert result["checkers"]["balls"]["instances"] > 100


def test_derive_by_name_and_by_text(capsys) -> None:
    assert run(capsys, "derive", "softmax")[1] == "dy[j]/dz[i] = y[j]*(delta[i,j] - y[i])\n"
    assert run(capsys, "derive", SOFTMAX, "--wrt", "z")[1] == "dy[j]/dz[i] = y[j]*(delta[i,j] - y[i])\n"
    shown = json.loads(run(capsys, "derive", "softmax", "--format", "json")[1])
    assert shown["derivative"] == "y[j]*(delta[i,j] - y[i])"


def test_list_names_every_function(capsys) -> None:
    status, out, _ = run(capsys, "list", "--format", "json")
    assert status == 0
    names = [f["name"] for f in json.loads(out)["functions"]]
    assert names[0] == "softmax"
    assert {"log_softmax", "logsumexp", "cross_entropy", "sigmoid"} <= set(names)


def test_explain_writes_a_file_whole(capsys, tmp_path) -> None:
    target = tmp_path / "softmax.md"
    status, out, _ = run(capsys, "explain", "softmax", "--format", "markdown", "-o", str(target))
    assert (status, out) == (0, "")
    assert target.read_text(encoding="utf-8").count("$$") % 2 == 0
    assert run(capsys, "explain", "softmax", "-o", str(tmp_path / "no" / "folder.md"))[0] == 2


def test_generate_check_finds_changed_missing_and_orphan_files(capsys, tmp_path) -> None:
    out = str(tmp_path)
    file = tmp_path / "defs.toml"
    file.write_text('[double]\ndefine = "y[j] = 2*x[j]"\n[twice]\ndefine = "y[j] = x[j] + x[j]"\n')
    folder = str(tmp_path / "gen")
    assert run(capsys, "generate", "--file", str(file), "--out", folder)[0] == 2  # a word of C
    file.write_text('[dbl]\ndefine = "y[j] = 2*x[j]"\n[twice]\ndefine = "y[j] = x[j] + x[j]"\n')
    assert run(capsys, "generate", "--file", str(file), "--out", folder)[0] == 0
    assert run(capsys, "generate", "--file", str(file), "--out", folder, "--check")[0] == 0
    made = tmp_path / "gen" / "dbl.py"
    made.write_text(made.read_text().replace("2", "3", 1))
    (tmp_path / "gen" / "twice.c").unlink()
    stale = made.read_text().replace("dbl", "old")
    (tmp_path / "gen" / "old.py").write_text(stale)
    status, shown, _ = run(capsys, "generate", "--file", str(file), "--out", folder, "--check")
    assert status == 1
    assert "changed:" in shown
    assert "missing:" in shown
    assert "orphan" in shown
    assert "\n-" in shown
    assert f"symderiv generate --file {file} --out {folder}" in shown
    assert out in shown


def test_the_committed_code_is_free_of_drift(capsys) -> None:
    # three files; CI checks all
    root = Path(__file__).parents[1]
    names = ("softmax", "bce_with_logits", "linear")
    status, shown, _ = run(capsys, "generate", *names, "--check", "--out", str(root / "generated"))
    assert status == 0, shown


def test_help_starts_without_sympy_and_numpy() -> None:
    program = (
        "import sys\nfrom symderiv.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "loaded = {'sympy', 'numpy', 'flint', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == 0, done.stderr


def test_doctor(capsys) -> None:
    status, out, _ = run(capsys, "doctor", "--format", "json")
    assert status == 0
    found = json.loads(out)
    assert set(found["kernels"]) >= {"softmax", "sigmoid"}


def test_an_error_of_ours_is_one_line_and_status_3(capsys, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("symderiv.derive.fold.derivative", broken)
    status, _, err = run(capsys, "derive", "softmax")
    assert status == 3
    assert len(err.splitlines()) == 1
    assert "internal error" in err


@pytest.mark.parametrize(
    "words",
    [
        ["--file", "a b.toml", "--target", "numpy"],
        ["my soft", "--file", "a b.toml"],
        ["my_soft", "--file", "a b.toml", "--target", "c"],
        ["--define", "y[j] = x[j]/t", "--assume", "t > 0", "--name", "my own"],
    ],
    ids=" ".join,
)
def test_the_repairing_command_repairs(words, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a b.toml").write_text('["my soft"]\ndefine = "y[j] = 2*x[j]"\n')
    status, shown, _ = run(capsys, "generate", *words, "--out", "o p", "--check")
    assert status == 1
    repair = shlex.split(shown.splitlines()[-1].removeprefix("repair with: "))
    assert repair[0] == "symderiv"
    assert run(capsys, *repair[1:])[0] == 0
    assert run(capsys, "generate", *words, "--out", "o p", "--check")[0] == 0
    made = {p.suffix for p in Path("o p").iterdir()}
    assert made == ({".py"} if "numpy" in words else {".c", ".h"} if "c" in words else {".py", ".c", ".h"})


def test_a_narrow_terminal_is_no_error(tmp_path) -> None:
    file = tmp_path / "wide.toml"
    file.write_text('[a]\ndoc = "Gr\u00f6\u00dfe"\ndefine = "y[j] = 2*x[j]"\n', encoding="utf-8-sig")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for words in (["list"], ["explain", "a", "--format", "markdown"]):
        argv = [sys.executable, "-m", "symderiv", *words, "--file", str(file)]
        done = subprocess.run(argv, env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


def test_a_person_sees_the_place_below_the_line(capsys, monkeypatch) -> None:
    argv = ("derive", "y[j] = exp(x[j]) + tahn(x[j])")
    monkeypatch.setenv("SYMDERIV_EXCERPT", "1")
    status, out, err = run(capsys, *argv)
    assert (status, out) == (2, "")
    message, line, carets = err.splitlines()
    assert "did you mean tanh?" in message
    assert line[carets.index("^") : carets.rindex("^") + 1] == "tahn"
    monkeypatch.delenv("SYMDERIV_EXCERPT")
    assert run(capsys, *argv)[2].splitlines() == [message]  # no terminal: one line
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert len(run(capsys, *argv)[2].splitlines()) == 3
    monkeypatch.setenv("SYMDERIV_EXCERPT", "0")
    assert run(capsys, *argv)[2].splitlines() == [message]
