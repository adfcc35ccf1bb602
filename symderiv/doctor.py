"""What is installed here: packages, the C compiler, the cache, and which kernels are compiled."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import Any

REQUIRED = ("numpy", "sympy", "jinja2", "python-flint")
OPTIONAL = ("pytest", "scipy", "scikit-learn", "torch", "jax", "onnxruntime")


def examine() -> dict[str, Any]:
    """Everything ``symderiv doctor`` reports, as JSON-ready values."""
    from symderiv import __version__, build, kernels

    try:
        compiler: str | None = str(build.find_compiler())
        missing = ""
    except build.BuildError as error:
        compiler, missing = None, str(error)
    return {
        "symderiv": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": {name: _installed(name) for name in REQUIRED},
        "optional": {name: _installed(name) for name in OPTIONAL},
        "compiler": compiler,
        "compiler_missing": missing,
        "cache": str(build.cache_directory()),
        "kernels": {
            name: {"served": s.state, "reason": s.reason, "file": str(s.path)}
            for name, s in kernels.status().items()
        },
    }


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def show(found: dict[str, Any]) -> str:
    """The report as text."""
    lines = [
        f"symderiv  {found['symderiv']}",
        f"python    {found['python']}  ({found['platform']})",
    ]
    for name, version in found["packages"].items():
        lines.append(f"{name:<13} {version or 'MISSING: pip install ' + name}")
    for name, version in found["optional"].items():
        lines.append(f"{name:<13} {version or 'not installed (optional)'}")
    if found["compiler"]:
        lines.append(f"compiler  {found['compiler']}")
    else:
        lines.append(f"compiler  none: kernels are served by NumPy ({found['compiler_missing']})")
    lines.append(f"cache     {found['cache']}")
    for name, kernel in found["kernels"].items():
        reason = f"  ({kernel['reason']})" if kernel["reason"] else ""
        lines.append(f"kernel    {name:<22} {kernel['served']}{reason}")
    return "\n".join(lines)
