"""Definition files: TOML tables of functions, ours and users'.  Data, never code."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from symderiv.definitions import Function
from symderiv.errors import InputError, Place
from symderiv.notation.toml_places import Path as Way
from symderiv.notation.toml_places import Places

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
        raw = data.decode("utf-8-sig") if len(data) <= MAX_BYTES else ""
    except OSError as error:
        raise InputError("no-file", f"cannot be read: {error.strerror or error}", Place(str(path))) from None
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(str(path), before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise InputError("non-utf8", "not UTF-8 text; a definition file is TOML", place) from None
    except ValueError as error:  # a path with a null character
        raise InputError("no-file", f"cannot be read: {error}", Place(str(path))) from None
    if len(data) > MAX_BYTES:
        raise InputError("too-long", f"more than {MAX_BYTES:,} bytes", Place(str(path)))
    return loads(raw, str(path))


def loads(raw: str, source: str = "definitions") -> dict[str, Function]:
    """The functions of a definition file's text."""
    try:
        tables = tomllib.loads(raw)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), raw).within(source) from None
    except RecursionError:
        raise InputError("toml", "the values are nested too deeply", Place(source)) from None
    if not tables:
        raise InputError(
            "empty",
            "no function is defined; expected a table such as [softmax]",
            Place(source, 1, 1),
            text=raw,
        )
    found: dict[str, Function] = {}
    for name, table in tables.items():
        try:
            found[name] = _function(name, table)
        except InputError as error:
            raise _in_file(error, raw, name, table).within(f"{source}, [{name}]") from None
    return found


def _not_toml(message: str, raw: str) -> InputError:
    """What ``tomllib`` says, with its place."""
    found = re.search(r" \(at line (\d+), column (\d+)\)\Z", message)
    lines = raw.replace("\r\n", "\n").split("\n")
    place = Place("", len(lines), len(lines[-1]) + 1)
    if found:
        place = Place("", int(found[1]), int(found[2]))
    what = re.sub(r" \(at [^()]*\)\Z", "", message)
    hint = "; a text stands in quotes, and a long one between three quotes" if "character" in what else ""
    return InputError("toml", f"not TOML: {what}{hint}", place, text=raw)


#: The key whose texts the definition calls so, with a number each.
_LISTS = {"assumption": "assume", "claim": "claims", "label": "labels"}


def _in_file(error: InputError, raw: str, name: str, table: Any) -> InputError:
    """The same error with its place in the file's text."""
    places = Places(raw)
    key, _, number = error.place.source.split(",")[0].partition(" ")
    way: Way = (name, _LISTS.get(key, key)) if key else (name,)
    value = table.get(way[-1]) if key and isinstance(table, dict) else None
    if number.isdigit() and isinstance(value, list) and int(number) <= len(value):
        way, value = (*way, int(number) - 1), value[int(number) - 1]
    place = places.inside(way, value, error.place) if isinstance(value, str) else places.key(way)
    if not place.line:
        return error  # nothing better is known
    place = Place(error.place.source, place.line, place.column, place.width)
    return InputError(error.code, error.message, place, text=places.raw)


def _function(name: str, table: Any) -> Function:
    if not isinstance(table, dict):
        raise InputError(
            "bad-table", f"'{name}' stands outside a table; write [{name}] with define = \"...\" below"
        )
    for key, value in table.items():
        kind = _KEYS.get(key)
        if kind is None:
            known = list(_KEYS)[:6]
            close = get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"the keys are {', '.join(known)}"
            raise InputError("unknown-key", f"unknown key '{key}'; {hint}", Place(key))
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
    _check_declared(function)
    return function


def _check_declared(function: Function) -> None:
    """Refuse a letter under ``dims`` that no text of the table has: it would guard nothing."""
    texts = " ".join((function.define, *function.assume, *function.claim_texts))
    words = set(re.findall(r"[A-Za-z]\w*", texts))
    for dim, letters in function.declared.items():
        for letter in letters:
            if letter not in words:
                raise InputError(
                    "unknown-letter",
                    f"dims gives '{letter}' to {dim}, but no text of the table has a letter '{letter}'; "
                    "remove it or correct it",
                    Place("dims"),
                )


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
        raise InputError("bad-value", f"{key} is {wanted[kind]}", Place(key))


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
