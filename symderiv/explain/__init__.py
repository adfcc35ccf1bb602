"""Explain: a derivation written out for a person, every line of it checked.

* :mod:`.document`   from derivations to headings, sentences, equations (:mod:`.blocks`); :mod:`.claims` and
  :mod:`.stable`: what else holds, and why the form that is computed is safe
* :mod:`.marks`      every displayed equation is checked, and its mark says by what
* :mod:`.sentences`  what is said before a step, by its rule; :mod:`.conditions` what is said about a result
* :mod:`.pictures`   a Jacobian or a curve, drawn
* :mod:`.plain`      layout for a terminal, with Unicode signs or in ASCII
* :mod:`.markdown`   layout as GitHub Markdown with LaTeX; :mod:`.article` as a LaTeX article, with every
  letter of people's words (:mod:`.letters`); :mod:`.page` as a page with :mod:`.mathml`
* :mod:`.made`       the document object, in every format
* :mod:`.folder`     the documents of many functions, and whether those in a folder are as they would be made
* :mod:`.command`    ``symderiv explain``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symderiv.explain.made import CHECKERS, FORMATS, Document, explain

__all__ = ["CHECKERS", "FORMATS", "Document", "explain"]


def __getattr__(name: str) -> Any:
    # lazy: the command line reads this package's options before it knows what it is to do
    if name in __all__:
        from symderiv.explain import made

        return getattr(made, name)
    raise AttributeError(f"module 'symderiv.explain' has no attribute {name!r}")
