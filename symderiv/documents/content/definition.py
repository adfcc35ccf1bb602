"""What a row, or the text, says that a name is."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.documents.text.syntax import Node, Sym


@dataclass(slots=True)
class Definition:
    """``key[letters](params) = body``; ``number`` orders versions of one key and arity."""

    key: str
    letters: tuple[str, ...]
    params: tuple[Node, ...]
    body: Node
    at: int
    section: int
    version: int
    link: tuple[int, int]  # identities of the elements that make it
    name: Node | None = None  # the head as it is written
    active: bool = True  # False: said of a name that is defined already
    anew: bool = False  # said of such a name, and meant as one of its own
    agrees: bool = False  # said again, and proved to be the same
    implied: bool = False  # of a name such as dW, by the sense of another one
    sure: bool = False  # of such a name with a sign that only gradients have
    net: Node | None = None  # of such a name, in its other sense: by what a function is taken of
    solution: bool = False  # of an equation before it: it holds from there on
    overload: bool = False  # with another number of arguments than those before it
    until: int = -1  # the offset behind which it is not meant
    since: int = -1  # the offset before which it is not
    placed: bool = False  # told in passing, by where its name stands in another side
    example: bool = False  # of all entries, told by one of them
    note: str = ""  # how it is known, where no row states it


@dataclass(slots=True)
class Total:
    """A name that is a sum over steps: of ``term``, times ``factor``."""

    term: Sym
    factor: Node
    link: tuple[int, int]
