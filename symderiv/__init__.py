"""symderiv: state a function once in index notation; get its derivative proved for every size, a
derivation a person can read, and C and NumPy kernels.

The main job, read from top to bottom, is :func:`symderiv.pipeline.run`.  Its stages, each of which
imports only from those above it:

=====================  ===========================================================================
``terms``              the closed term language: letters with dimensions, tensors, sums, deltas
``notation``           text, LaTeX and SymPy to terms and back (read with ``ast``, never evaluated)
``definitions``        functions, claims, assumptions; ``library``: TOML files and the shipped catalog
``calculus``           the index calculus: normal form, zero test, side conditions (the trusted part)
``derive``             the table of derivative rules; steps; folding into the user's names
``verify``             four checkers that share no code, and the verdict they come to together
``lower``              kernels (value, Jacobian, VJP, JVP), proved stable rewrites, the loop IR
``emit``               Jinja templates to NumPy and C text; generated files and their drift check
``build``, ``kernels`` C compiled into a cache and served as NumPy gufuncs
``run``                a high-precision reference, and comparison with it
``explain``            the derivation as a document: text, Markdown, LaTeX, HTML; every line checked
``documents``          a person's Markdown, LaTeX or notebook, read and judged row by row
``bench``              speed and errors side by side with other libraries
``pipeline``, ``cli``  the main job; the commands (several processes: ``workers``)
=====================  ===========================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Function", "InputError", "catalog", "define", "load", "verify"]

if TYPE_CHECKING:
    from symderiv.api import Function, catalog, define, load, verify
    from symderiv.errors import InputError


def __getattr__(name: str) -> Any:
    # lazy: importing symderiv.kernels must not load SymPy, and --help must start at once
    if name == "InputError":
        from symderiv.errors import InputError

        return InputError
    if name in __all__:
        from symderiv import api

        return getattr(api, name)
    raise AttributeError(f"module 'symderiv' has no attribute {name!r}")
