"""A writer's texts to a function and a claim that the verifier takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symderiv.definitions import Function
from symderiv.documents.content.spans import spans

if TYPE_CHECKING:
    from symderiv.documents.meaning.references import References

#: What is said of a size that no letter of a row runs up to.
NO_INDEX = "belongs to no index here"
_SIZE = re.compile(r"<([^<>=\s]+)>")


def function_of(w: References, assume: list[str] | None = None) -> Function:
    """The definitions that a claim needs, as a function."""
    seen = ""
    statements = []
    for s in w.statements:
        seen += " " + s
        statements.append(sized(w, s, seen))
    statements = statements or ["nothing_defined = 1"]
    return Function("\n".join(statements), assume=assume or [], name="document")


def sized(w: References, text: str, seen: str = "") -> str:
    """``text`` with the names of sizes as sizes of letters, which stand in ``seen`` (or in the claim)."""
    if "<" not in text:
        return text
    letters = set(re.findall(r"[A-Za-z]\w*", seen or " ".join([*w.statements, text])))
    return _SIZE.sub(lambda m: size_of(w, m.group(1), letters), text)


def tied(w: References, left: str, right: str) -> str:
    """``right`` with a term that is 0 and holds the vectors that sums to one size run over, where the size
    stands in a claim as well: they have as many entries, and the size is one."""
    text = " ".join([*w.statements, left, right])
    arity = {ident: count for (_, count), ident in w.book.usage.idents.items()}
    for name in dict.fromkeys(_SIZE.findall(text)):
        letters = {letter for letter, upper in w.bounds if upper == name}
        found = dict.fromkeys((ident, axis) for ident, axis, letter in w.axes if letter in letters)
        inputs = [(ident, axis) for ident, axis in found if ident in w.inputs and axis < arity.get(ident, 0)]
        if len(inputs) < 2:
            continue
        shared = w.counter.fresh("t")
        entries, bound = [], [shared]
        for ident, axis in inputs:
            letters_of = [shared if n == axis else w.counter.fresh("t") for n in range(arity[ident])]
            bound += [x for x in letters_of if x != shared]
            entries.append(f"{ident}[{','.join(letters_of)}]")
        right += f" + 0*sum[{','.join(bound)}]({'*'.join(entries)})"
    return right


def size_of(w: References, name: str, visible: set[str]) -> str:
    """``size[c]`` of a letter that runs up to ``name``; a free name where none here does."""
    usage = w.book.usage
    letters = {usage.letter(letter) for letter, _ in usage.sizes[name]}
    places = {(usage.ident(key, count), axis) for key, count, axis in spans(w.book, name)}
    carried = {letter for _, _, letter in w.axes}
    for letter, upper in w.bounds:
        if upper == name and letter in visible and letter in carried:
            return f"size[{letter}]"
    for ident, axis, letter in w.axes:
        if (ident, axis) in places and letter in visible:
            return f"size[{letter}]"
    for letter, upper in w.bounds:
        if upper == name and letter in visible:
            return f"size[{letter}]"
    for letter in w.free:
        if letter in letters and letter in visible:
            return f"size[{letter}]"
    w.loose.add(name)
    if w.reading.tied and len(w.loose) == 1 and (known := [x for x in w.ones if x in visible]):
        return f"size[{known[0]}]"
    w.weak += [] if name in usage.hinted else [f"the size {name} {NO_INDEX}"]
    return w.input(name, 0)
