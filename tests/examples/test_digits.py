"""The digits example runs, and is good enough by its own exit code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "digits.py"


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """The example in a process of its own, the checkout on its path."""
    code = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); {''.join(options)}"
    code += f"runpy.run_path({str(EXAMPLE)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=300
    )


def test_digits():
    pytest.importorskip("sklearn")
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    held_out = re.search(r"held out ([\d.]+)%", done.stdout)
    assert held_out, done.stdout
    assert float(held_out[1]) >= 95
    assert "largest relative difference" in done.stdout


def test_missing_scikit_learn_is_said():
    done = run("sys.modules['sklearn'] = None; sys.modules['sklearn.datasets'] = None; ")
    assert done.returncode == 2
    assert "pip install scikit-learn" in done.stderr
    assert "Traceback" not in done.stderr
