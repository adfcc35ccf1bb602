"""The formulas of a document in their order, read as far as each stands for itself.

Input: a source, its items of mathematics and prose.  Output: a :class:`Formula` for each item of mathematics,
with its rows or the reason that it is not read.  How the document writes names (layers above, numbers behind
them, changes before them) is told from all of it, and its tokens are put right before they are parsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from symderiv.documents.content.conditions import pair_by_pair
from symderiv.documents.content.solving import zero_last
from symderiv.documents.text.angled import inner_products, signs_of_sums, sums_by_sigma
from symderiv.documents.text.blocks import MAX_FORMULA, Item
from symderiv.documents.text.colons import frobenius_in, frobenius_products
from symderiv.documents.text.dropping import dropped, is_role, without_index
from symderiv.documents.text.latex import Unread, tokens_of
from symderiv.documents.text.macros import Macros
from symderiv.documents.text.rows import Row, rows_of
from symderiv.documents.text.slashes import whole_divisors
from symderiv.documents.text.source import Source
from symderiv.documents.text.spaced import before_brackets, in_parts, proportions, put_together, with_round
from symderiv.documents.usage.layers import (
    bracketed,
    joined,
    layers_behind,
    numbered,
    numbered_behind,
    numbered_layers,
    prefixed,
    raised,
    speaks_of_layers,
    stepped,
)
from symderiv.documents.usage.words import words_of

if TYPE_CHECKING:
    from symderiv.documents.content.conditions import Held


@dataclass(slots=True)
class Formula:
    """One formula: its rows, and what is stated where it stands."""

    item: Item
    rows: list[Row]
    before: str = ""
    scope: list[Held] = field(default_factory=list)
    clause: list[Held] = field(default_factory=list)  # "... if i = j": said of this formula
    words: str = ""  # of the clause that it stands in
    conditional: bool = False  # said to hold under a condition
    section: int = 0
    heading: str = ""
    place: int = 0  # the number of headings and bullets before it
    title: str = ""  # the words of the last one
    error: Unread | None = None
    hidden: bool = False  # not written: what the names of terms stand for
    places: frozenset[str] = frozenset()  # letters of the document that are compared as positions


def formulas_of(source: Source, items: Sequence[Item], prose: str) -> list[Formula]:
    """Read each formula; ``prose``: the text between them."""
    macros = Macros(source.raw)
    texts = [i.text for i in items if i.kind == "math"]
    words = words_of(texts, prose)
    changes, numbers = prefixed(texts), numbered_behind(texts)
    layered, behind, counted = speaks_of_layers(texts), layers_behind(texts), numbered_layers(texts)
    sigmas = sums_by_sigma(texts, prose)
    left_out, products = dropped(source.text), frobenius_in(texts, source.text)
    at_steps, parted, functions = stepped(texts), in_parts(texts), before_brackets(texts)
    formulas: list[Formula] = []
    for item in (i for i in items if i.kind == "math"):
        formula = Formula(item, [])
        formulas.append(formula)
        if is_role(item.text):
            continue
        if item.long:
            formula.error = Unread(f"a formula of more than {MAX_FORMULA:,} characters", item.at)
        try:
            found = tokens_of(item.text, item.at, macros.expand, words)
            found = put_together(found) if parted else found
            found = with_round(found, functions) if functions else found
            found = without_index(numbered(proportions(found), numbers), left_out)
            found = frobenius_products(found, products) if products else found
            found = whole_divisors(signs_of_sums(inner_products(found), sigmas))
            found = raised(found) if behind else found
            marked = joined(bracketed(found, layered, at_steps, counted), changes)
            formula.rows = rows_of(marked, source.text[max(item.at - 2, 0) : item.at].count("$") == 1)
        except Unread as error:
            formula.error = error
        except RecursionError:
            formula.error = Unread("the formula is nested too deeply", item.at)
    for row in (r for f in formulas for r in f.rows):
        row.statements = [made for s in row.statements for made in pair_by_pair(s)]
        for s in row.statements:
            zero_last(s)
    return formulas
