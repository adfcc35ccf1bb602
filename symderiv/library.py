"""Definition files: TOML tables of functions, ours and users'.  Data, never code."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from symderiv.definitions import Function
from symderiv.errors import InputError, Place

#: Keys of a table: the kind of value each takes.
_KEYS: dict[str, str] = {
    "doc": "text",
    "define": "text",
    "assume": "texts",
    "claims": "texts",
    "labels": "texts",
    "dims": "dims",
    # notes that are not read further
    "needs": "texts",
    "source": "text",
    "note": "text",
    "code": "text",
    "reason": "text",
}
MAX_BYTES = 1_000_000


def load(path: str | Path) -> dict[str, Function]:
    """The functions of a definition file, in order.  Raises :class:`InputError` with the place."""
    source = Path(path)
    try:
        with source.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)  # a device has no size and may have no end
        if len(data) > MAX_BYTES:
            raise InputError("too-long", f"more than {MAX_BYTES:,} bytes", Place(str(path)))
        raw = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError("no-file", f"cannot be read: {error.strerror or error}", Place(str(path))) from None
    except UnicodeDecodeError:
        raise InputError("non-utf8", "not UTF-8 text; a definition file is TOML", Place(str(path))) from None
    return loads(raw, str(path))


def loads(raw: str, source: str = "definitions") -> dict[str, Function]:
    """The functions of a definition file's text."""
    try:
        tables = tomllib.loads(raw)
    except tomllib.TOMLDecodeError as error:
        raise InputError("toml", f"not TOML: {error}", Place(source)) from None
    except RecursionError:
        raise InputError("toml", "the values are nested too deeply", Place(source)) from None
    if not tables:
        raise InputError("empty", "no function is defined; expected a table such as [softmax]", Place(source))
    found: dict[str, Function] = {}
    for name, table in tables.items():
        try:
            found[name] = _function(name, table)
        except InputError as error:
            raise error.within(f"{source}, [{name}]") from None
    return found


def _function(name: str, table: Any) -> Function:
    if not isinstance(table, dict):
        raise InputError(
            "bad-table", f"'{name}' stands outside a table; write [{name}] with define = \"...\" below"
        )
    for key, value in table.items():
        kind = _KEYS.get(key)
        if kind is None:
            known = ", ".join(k for k in list(_KEYS)[:6])
            raise InputError("unknown-key", f"unknown key '{key}'; the keys are {known}")
        _check_kind(key, kind, value)
    if "define" not in table:
        raise InputError("empty", 'define is missing; expected define = "y[j] = ..."')
    function = Function(
        table["define"],
        assume=table.get("assume", ()),
        claims=table.get("claims", ()),
        dims=table.get("dims"),
        labels=table.get("labels", ()),
        name=name,
        doc=table.get("doc", ""),
    )
    _ = function.claims  # read now, so that a bad claim is reported with its file
    return function


def _check_kind(key: str, kind: str, value: Any) -> None:
    texts = isinstance(value, list) and all(isinstance(v, str) for v in value)
    right = {
        "text": isinstance(value, str),
        "texts": texts,
        "dims": isinstance(value, dict)
        and all(isinstance(v, list) and all(isinstance(x, str) for x in v) for v in value.values()),
    }[kind]
    if not right:
        wanted = {"text": "a text", "texts": "a list of texts", "dims": 'a table such as { C = ["c", "i"] }'}
        raise InputError("bad-value", f"{key} is {wanted[kind]}")


class Catalog(Mapping[str, Function]):
    """The shipped functions by name, read from ``symderiv/catalog/*.toml`` on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._functions: dict[str, Function] | None = None

    def _load(self) -> dict[str, Function]:
        if self._functions is None:
            functions: dict[str, Function] = {}
            for path in sorted(self._folder.glob("*.toml")):
                functions.update(load(path))
            # what the tests measured, for the headers of the generated files
            measured = json.loads((self._folder / "measured.json").read_text(encoding="utf-8"))
            for function in functions.values():
                function.measured = measured
            self._functions = functions
        return self._functions

    def __getitem__(self, name: str) -> Function:
        return self._load()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


catalog = Catalog(Path(__file__).parent / "catalog")
