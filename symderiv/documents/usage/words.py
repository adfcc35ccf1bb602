"""Names of several letters that a document writes without a command: ``scores = s W``.

Input: the texts of all formulas and the prose.  Output: these names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symderiv.documents.text.latex import KNOWN_WORDS

#: What stands behind the name of a function where that is defined: ``xent(Y, P) =``, ``rms(x)_i =``.
_HEAD = re.compile(r"\s*\([\sA-Za-z0-9,;|_\\{}]*\)(?:_(?:\w|\{\s*\w+\s*\}))?\s*:?=")


def words_of(formulas: Sequence[str], prose: str) -> frozenset[str]:
    """Names of several letters that the document writes without a command."""
    spoken = frozenset(re.findall(r"[A-Za-z]{3,}", prose))
    capitals = frozenset(re.findall(r"\b[A-Z]{2}\b", prose))
    found = _names_alone(formulas)
    runs = [x for text in formulas for x in re.findall(r"(?<![\\A-Za-z])[a-z]{4,}(?![A-Za-z])", text)]
    for text in formulas:
        for m in re.finditer(r"(?<![\\A-Za-z{])[A-Za-z]{2,}|(?<=[{_^])[A-Za-z]{2,}", text):
            run = m.group(0)
            before, after = text[: m.start()].rstrip()[-9:], text[m.end() : m.end() + 1]
            if run in KNOWN_WORDS or len(run) > 24 or before.endswith("^"):  # ^TW( is a power T, then W
                continue
            if re.search(
                r"\\(?:begin|end|text\w*|mathrm|operatorname\*?|label|tag|color|mathbf)\{?$", before + ""
            ):
                continue
            if before.endswith("\\partial") and len(run) > 2 and (after == "_" or len(run) > 3):
                found.add(run)
            below = before.endswith(("_{", "^{")) and after == "}" and len(run) > 2
            if below and not set(run) <= set("ijklmnpqrstuvwabc"):
                found.add(run)
            label = before.endswith("^{") and after == "}" and run.isupper() and "T" not in run
            if label and re.search(r"[A-Za-z)}]\^\{$", before) and not before.endswith(("e^{", "exp^{")):
                found.add(run)  # y^{LS}: a product of two sizes is no power
            named = (
                text[m.end() :].lstrip().startswith("=") and not before and (len(run) > 2 or run in capitals)
            )
            named = named or (not before and len(run) > 2 and _HEAD.match(text[m.end() :]) is not None)
            alone = named and len(run) > 3 and (len(set(run)) < len(run) or runs.count(run) > 1)
            upper = run.isupper() and (before.endswith(("\\partial", "∂")) or after == "(" or named)
            if (
                upper
                or (run in spoken and len(run) > 2)
                or (named and after == "(")
                or (alone and re.search("[aeiou]", run))
                or (run[0].isupper() and len(run) > 3 and after in "(_")
            ):
                found.add(run)
    return frozenset(found)


def _names_alone(formulas: Sequence[str]) -> set[str]:
    """Capitals that stand in a formula by themselves, ``$DY$``, or before a term, ``FL =``, and
    nowhere one of them alone, and those that a term gets as its name: ``:= EH_i``."""
    index = r"(?:_(?:\w|\{\w+\}|\\[A-Za-z]+))?"
    heads = (re.match(rf"[\s&]*([A-Z]{{2,4}}){index}\s*(?:\([^()]*\)\s*)?(?:$|:?=)", t) for t in formulas)
    runs = {m.group(1) for m in heads if m is not None}
    given = {x for t in formulas for x in re.findall(r":=\s*([A-Z]{2,4})(?=_|\s*$)", t)}
    single = r"(?<![A-Za-z\\])[A-Z](?![A-Za-z])"
    letters = {x for t in formulas for x in re.findall(single, t)} if runs else set()
    return {run for run in runs if not set(run) & letters} | given
