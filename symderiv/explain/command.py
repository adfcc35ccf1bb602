"""``symderiv explain``: one document, or the documents of many functions in a folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symderiv.errors import InputError

if TYPE_CHECKING:
    from symderiv.definitions import Function
    from symderiv.explain import Document

_ENDINGS = {".md": "markdown", ".tex": "latex", ".html": "html", ".htm": "html", ".txt": "text"}


def add_arguments(p: argparse.ArgumentParser, path: Callable[[str], str]) -> None:
    """The options of the command; ``path`` reads a path."""
    p.add_argument("functions", nargs="*", metavar="NAME|TEXT",
                   help="a function's name, or a statement such as 'y[j] = exp(z[j])'; with --out several "
                   "names (default: all)")  # fmt: skip
    p.add_argument(
        "--file", type=path, metavar="F.toml", help="a definition file instead of the shipped functions"
    )
    p.add_argument(
        "--assume", action="append", default=[], metavar="TEXT", help="an assumption; may be repeated"
    )
    p.add_argument("--wrt", metavar="INPUT", help="the input to differentiate by (default: the first)")
    p.add_argument("--every-input", action="store_true", help="the derivatives by all inputs")
    p.add_argument("--format", choices=("text", "markdown", "latex", "html", "json"),
                   help="output format (default: by the ending of FILE, else text)")  # fmt: skip
    p.add_argument("--checkers", metavar="LIST", default="calculus",
                   help="what checks each line: calculus, or calculus,balls (default: calculus)")  # fmt: skip
    p.add_argument("-o", "--output", type=path, metavar="FILE", help="write to FILE instead of the terminal")
    p.add_argument("--ascii", action="store_true", help="ASCII characters only")
    p.add_argument(
        "--out", type=path, metavar="DIR", help="write the documents of many functions to a folder"
    )
    p.add_argument("--check", action="store_true",
                   help="with --out: write nothing; report each line that differs")  # fmt: skip


def main(args: argparse.Namespace, stated: Callable[[argparse.Namespace], Function]) -> int:
    """Run the command; ``stated`` finds the function that ``args.function`` names or states."""
    if args.out is not None:
        return _folder(args)
    if args.check:
        raise InputError("usage", "--check compares a folder; name it with --out DIR")
    if len(args.functions) != 1:
        raise InputError("usage", "name one function, or state one; several go to a folder with --out DIR")
    if args.wrt is not None and args.every_input:
        raise InputError("usage", "--wrt names one input and --every-input means all: give one of them")
    from symderiv.explain import explain

    (args.function,) = args.functions
    kind = args.format or _ENDINGS.get(Path(args.output or "").suffix.lower(), "text")
    checkers = tuple(c.strip() for c in args.checkers.split(",") if c.strip()) or ("calculus",)
    made = explain(stated(args), args.wrt, every=args.every_input, checkers=checkers)
    shown = _text(made, args) if kind in ("text", "json") else made.to(kind)
    if kind == "json":
        shown = json.dumps(_as_json(made, shown), indent=2, ensure_ascii=True)
    if args.output:
        write_whole(Path(args.output), shown.rstrip("\n") + "\n")
    else:
        print(shown.rstrip("\n"))
    return 0


def _text(made: Document, args: argparse.Namespace) -> str:
    narrow = not args.output and not _encodes("∂δΣᵀ")
    return made.text(ascii=args.ascii or (narrow and args.format != "json"))


def _as_json(made: Document, shown: str) -> dict[str, object]:
    from symderiv.explain.blocks import Line
    from symderiv.notation.show import text

    lines = [
        {"left": text(b.left), "right": text(b.right), "mark": b.mark,
         "conditions": [f"{c.left.name} {'=' if c.equal else '!='} {c.right.name}" for c in b.conditions]}
        for b in made.content.blocks if isinstance(b, Line)
    ]  # fmt: skip
    return {"function": made.derivations[0].function.name, "document": shown, "lines": lines}


def _encodes(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    from symderiv.emit.generate import write_file

    if path.is_dir():
        raise InputError("no-file", f"{path} cannot be written: it is a folder; name a file")
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise InputError("no-file", f"{path} cannot be written: {error.strerror or error}") from None


def _folder(args: argparse.Namespace) -> int:
    from symderiv.explain.folder import write_or_compare
    from symderiv.library import catalog, load

    _refuse(args, ("output", "wrt", "format", "ascii", "assume", "every_input"))
    known = load(args.file) if args.file else catalog
    missing = [n for n in args.functions if n not in known]
    if missing:
        raise InputError("unknown-name", f"no function '{missing[0][:60]}'; there are {', '.join(known)}")
    names = args.functions or list(known)
    folder = Path(args.out)
    if folder.exists() and not folder.is_dir():
        raise InputError("no-file", f"{folder} is no folder")
    try:
        drift = write_or_compare([known[n] for n in names], folder, check=args.check,
                                 complete=not args.functions, source=args.file or "")  # fmt: skip
    except OSError as error:
        raise InputError("no-file", f"{folder} cannot be written: {error.strerror or error}") from None
    for finding in drift.findings:
        print(finding)
    if not drift.clean:
        print(f"repair with: {drift.repair}")
        return 1
    print(
        f"{len(names)} documents in {folder}: "
        + ("as they should be" if args.check else f"{drift.written} files written")
    )
    return 0


def _refuse(args: argparse.Namespace, options: Sequence[str]) -> None:
    for name in options:
        if getattr(args, name):
            raise InputError("usage", f"--{name.replace('_', '-')} is for one document, not for a folder")
