"""Which letters share a dimension: inferred as einsum infers them, by union-find.

Letters on the same axis of the same tensor share a dimension, so do the two letters of a delta and of an
order such as ``c <= j``, moved or not.  A position of two letters (``x[j-k+1]``) binds none of them, but
the first where the axis has no other letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symderiv.errors import InputError, Place


class Dimensions:
    """Union-find over letters and tensor axes, with every tensor's arity."""

    def __init__(self) -> None:
        self._parent: dict[object, object] = {}
        self.letters: list[str] = []
        self.reduced: list[str] = []
        self.arity: dict[str, int] = {}
        self._first: dict[str, str] = {}  # how a tensor was written first
        self._given: frozenset[str] = frozenset()  # the letters of the definition that this is a copy of
        self._loose: list[tuple[str, str, int]] = []  # first letter of a position of several, its axis

    def copy(self) -> Dimensions:
        """An independent copy (a claim extends its definition's dimensions without changing them)."""
        other = Dimensions()
        other._parent = dict(self._parent)
        other.letters = list(self.letters)
        other.reduced = list(self.reduced)
        other.arity = dict(self.arity)
        other._first = dict(self._first)
        other._loose = list(self._loose)
        other._given = frozenset(self.letters)
        return other

    def _find(self, node: object) -> object:
        self._parent.setdefault(node, node)
        while self._parent[node] != node:
            node = self._parent[node]
        return node

    def _union(self, a: object, b: object) -> None:
        self._parent[self._find(a)] = self._find(b)

    def letter(self, name: str) -> None:
        """Note that ``name`` is used as an index letter."""
        if name not in self.letters:
            self.letters.append(name)
        self._find(name)

    def reduce(self, name: str) -> None:
        """Note that a reduction binds ``name`` (such a letter names its dimension best)."""
        self.letter(name)
        if name not in self.reduced:
            self.reduced.append(name)

    def entry(self, tensor: str, letters: Sequence[str], place: Place, loose: Sequence[int] = ()) -> None:
        """Note ``tensor[letters]``; on the axes ``loose`` the letter leads a position of several."""
        known = self.arity.setdefault(tensor, len(letters))
        first = self._first.setdefault(tensor, f"{tensor}[{','.join(letters)}]" if letters else tensor)
        if known != len(letters):
            as_in = f", as {first}" if len(first) <= 40 else ""
            raise InputError(
                "dimension-conflict",
                f"'{tensor}' has {_indices(len(letters))} here and {_indices(known)} elsewhere{as_in}; "
                "a name keeps its number of indices",
                place,
            )
        for axis, name in enumerate(letters):
            self.letter(name)
            if axis in loose:
                self._loose.append((name, tensor, axis))
            else:
                self._union(name, (tensor, axis))

    def unknown(self, letters: Sequence[str]) -> bool:
        """Whether none of ``letters`` occurs."""
        return not any(name in self.letters for name in letters)

    def settle(self) -> None:
        """Axes that only positions of several letters stand on take the dimension of the first letter."""
        for name, tensor, axis in self._loose:
            root = self._find((tensor, axis))
            if not any(self._find(n) == root for n in self.letters):
                self._union(name, (tensor, axis))
        self._loose.clear()

    def same(self, a: str, b: str) -> None:
        """Note that letters ``a`` and ``b`` share a dimension."""
        self.letter(a)
        self.letter(b)
        self._union(a, b)

    def letter_of(self, tensor: str, axis: int) -> str:
        """A letter that ranges over ``axis`` of ``tensor``."""
        root = self._find((tensor, axis))
        return next(name for name in self.letters if self._find(name) == root)

    def classes(self) -> list[list[str]]:
        """Letters grouped by dimension, in order of appearance."""
        groups: dict[object, list[str]] = {}
        for name in self.letters:
            groups.setdefault(self._find(name), []).append(name)
        return list(groups.values())

    def resolve(
        self, declared: Mapping[str, Sequence[str]], places: Mapping[str, Place] | None = None
    ) -> dict[str, str]:
        """Letter -> name of its dimension.

        The name is the declared one, else the first letter of the class that a reduction binds,
        else its first letter; a dimension of the definition keeps its name in a claim.  A declared class
        that the text merges with another is an error.  Axes have keys of their own, see :func:`axis_key`;
        a declared dimension is a key, too.  ``places`` are those of letters in the text that is read.
        """
        owner = {name: dim for dim, letters in declared.items() for name in letters}
        places = places or {}
        result: dict[str, str] = {}
        used: set[str] = set(owner.values())
        for group in self.classes():
            dims = sorted({owner[name] for name in group if name in owner})
            if len(dims) > 1:
                raise InputError(
                    "dimension-conflict",
                    f"dims declares {' and '.join(dims)} apart, but the text lets letters "
                    f"{', '.join(group)} share one dimension",
                    next((places[n] for n in group if n in places), Place("dims")),
                )
            if dims:
                dim = dims[0]
            else:
                named = self._given.intersection(group) or group
                dim = next((n for n in self.reduced if n in named), group[0])
                while dim in used:
                    dim += "1"
            if dims and dim in self.letters and dim not in group and owner.get(dim) != dim:
                raise InputError(
                    "dimension-conflict",
                    f"dims calls a dimension '{dim}', and the letter '{dim}' belongs to another one; "
                    "rename one of them",
                    places.get(dim, Place("dims")),
                )
            used.add(dim)
            if dims:
                result[dim] = dim
            result.update(dict.fromkeys(group, dim))
        for tensor, arity in self.arity.items():
            for axis in range(arity):
                result[axis_key(tensor, axis)] = result[self.letter_of(tensor, axis)]
        return result


def checked_dims(declared: Any) -> dict[str, tuple[str, ...]]:
    """The declared dimensions; refuses what is no table of names, and a letter in two of them."""
    place = Place("dims")
    right = 'dims is a table such as { C = ["c", "i"] }'
    if not isinstance(declared, Mapping):
        raise InputError("bad-value", right, place)
    owner: dict[str, str] = {}
    for dim, letters in declared.items():
        if isinstance(letters, str) or not isinstance(letters, Iterable):
            raise InputError("bad-value", right, place)
        for name in (dim, *letters):
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise InputError("bad-name", f"{str(name)[:30]!a} is no name; {right}", place)
        for name in letters:
            if owner.setdefault(name, dim) != dim:
                raise InputError(
                    "dimension-conflict", f"letter '{name}' is declared in two dimensions", place
                )
    return {dim: tuple(letters) for dim, letters in declared.items()}


_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")


def axis_key(tensor: str, axis: int) -> str:
    """The key of a tensor's axis in what :meth:`Dimensions.resolve` returns."""
    return f"{tensor}[{axis}]"


def _indices(count: int) -> str:
    return "no index" if count == 0 else "1 index" if count == 1 else f"{count} indices"
