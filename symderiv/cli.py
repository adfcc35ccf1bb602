"""The command line.  Exit 0: clean; 1: a finding (not proved, drift, wrong numbers); 2: bad usage
or bad input, with one line that says what, where and what would be right (on a terminal the place is shown
below it); 3: an error of ours.

Stages are imported inside the commands, so that ``--help`` starts at once.
"""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from symderiv.errors import InputError

if TYPE_CHECKING:
    from symderiv.definitions import Function


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError("usage", f"{message} (see: {self.prog} --help)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    if argv is None and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a narrow terminal is no error
    try:
        args = _parser().parse_args(argv)
        status = int(args.run(args))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except InputError as error:
        print(f"symderiv: {error}", file=sys.stderr)
        shown = error.excerpt()
        if shown and _shows_excerpts():
            print(shown, file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # the reader went away
        return 0
    except KeyboardInterrupt:
        print("symderiv: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # it cannot be flushed
            print(f"symderiv: the output cannot be written: {error.strerror} [no-file]", file=sys.stderr)
            return 2
        if os.environ.get("SYMDERIV_DEBUG"):
            raise
        shown = " ".join(f"{type(error).__name__}: {error}".split())
        print(
            f"symderiv: internal error: {shown} (set SYMDERIV_DEBUG=1 for the traceback; please report it)",
            file=sys.stderr,
        )
        return 3


def _shows_excerpts() -> bool:
    """Whether the user's line is shown below an error: to a person, or where the environment asks."""
    asked = os.environ.get("SYMDERIV_EXCERPT", "")
    return asked == "1" or (asked != "0" and sys.stderr is not None and sys.stderr.isatty())


def _parser() -> argparse.ArgumentParser:
    from symderiv.explain.command import add_arguments as explain_arguments

    parser = _Parser(
        prog="symderiv",
        description="State a function in index notation; get its derivative proved for every size, a "
        "derivation to read, and C and NumPy kernels.",
        epilog="Bad input ends with status 2 and one line; on a terminal the place is shown below it "
        "(SYMDERIV_EXCERPT=1: always, 0: never).",
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        sub.set_defaults(run=run)
        return sub

    p = command("all", _all, "derive, verify, generate, build and compare every shipped function")
    p.add_argument(
        "--out", type=_path, default="generated", help="folder of the generated files (default: generated)"
    )
    _jobs(p)
    _format(p)

    p = command("list", _list, "shipped functions with their claims")
    _source(p, names=False, define=False)
    _format(p)

    p = command("derive", _derive, "the derivative, folded")
    _one(p)
    _format(p)

    p = command("explain", _explain, "the derivation, step by step, each step checked")
    explain_arguments(p, _path)

    p = command("verify", _verify, "verdicts on claims, by four checkers")
    _source(p)
    p.add_argument("--claim", action="append", default=[], metavar="TEXT", help="a claim; may be repeated")
    p.add_argument(
        "--checkers",
        metavar="LIST",
        help="comma-separated subset of calculus,sympy,expansion,balls (default: all)",
    )
    p.add_argument("--seconds", type=_seconds, default=10.0, help="time limit for one checker on one claim")
    _jobs(p)
    _format(p)

    from symderiv.documents.command import arguments as check_arguments

    p = command("check", _check, "each row of a written derivation (Markdown, LaTeX, notebook) judged")
    check_arguments(p, _seconds, _path)

    p = command("generate", _generate, "write NumPy and C code")
    _source(p)
    p.add_argument("--name", help="the function's name, with --define")
    p.add_argument(
        "--target", choices=("numpy", "c"), action="append", help="one target only; may be repeated"
    )
    p.add_argument("--out", type=_path, default="generated", help="folder to write to (default: generated)")
    p.add_argument(
        "--check", action="store_true", help="write nothing; report changed, missing and orphan files"
    )
    _format(p)

    p = command("bench", _bench, "the kernels side by side with other libraries: ratios of times, errors")
    p.add_argument("names", nargs="*", metavar="NAME", help="functions (default: all that are timed)")
    p.add_argument(
        "--peers", metavar="LIST", help="comma-separated libraries (default: all that are installed)"
    )
    p.add_argument("--quick", action="store_true", help="few shapes and short runs: to see that all is well")
    p.add_argument("--part", choices=("speed", "errors"), help="one part only")
    p.add_argument("--verbose", action="store_true", help="a line on stderr for each thing measured")
    _format(p)

    p = command("doctor", _doctor, "what is installed, which compiler, which kernels are compiled")
    _format(p)
    return parser


def _version() -> str:
    from symderiv import __version__

    return f"symderiv {__version__}"


def _format(p: argparse.ArgumentParser, *choices: str) -> None:
    p.add_argument("--format", choices=choices or ("text", "json"), default="text", help="output format")


def _jobs(p: argparse.ArgumentParser) -> None:
    p.add_argument("--jobs", type=_count, metavar="N", help="processes at most (default: one a core)")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 4 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a number of processes from 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a number of seconds between 0 and 3600")
    return value


def _path(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("a path is expected, not an empty text")
    return text


def _source(p: argparse.ArgumentParser, *, names: bool = True, define: bool = True) -> None:
    if names:
        p.add_argument(
            "names", nargs="*", metavar="NAME", help="functions (default: all of the file or the catalog)"
        )
    p.add_argument(
        "--file", type=_path, metavar="F.toml", help="a definition file instead of the shipped functions"
    )
    if define:
        p.add_argument("--define", metavar="TEXT", help="a function stated here, one statement a line")
        p.add_argument(
            "--assume", action="append", default=[], metavar="TEXT", help="an assumption; may be repeated"
        )


def _one(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "function", metavar="NAME|TEXT", help="a function's name, or a statement such as 'y[j] = exp(z[j])'"
    )
    p.add_argument(
        "--file", type=_path, metavar="F.toml", help="a definition file instead of the shipped functions"
    )
    p.add_argument(
        "--assume", action="append", default=[], metavar="TEXT", help="an assumption; may be repeated"
    )
    p.add_argument("--wrt", metavar="INPUT", help="the input to differentiate by (default: the first)")


# --- which functions ------------------------------------------------------------------------------


def _functions(args: argparse.Namespace) -> list[Function]:
    """The functions that the arguments name."""
    from symderiv.library import catalog, load

    if getattr(args, "define", None) is not None:
        if args.names or args.file:
            raise InputError("usage", "--define stands alone, without names or --file")
        from symderiv.definitions import Function

        text = args.define.replace("\\n", "\n")
        return [Function(text, assume=args.assume, name=getattr(args, "name", None) or "")]
    if getattr(args, "assume", None):
        raise InputError("usage", "--assume belongs to --define; in a file write assume = [...]")
    if getattr(args, "name", None) is not None:
        raise InputError("usage", "--name belongs to --define; a function of a file has its table's name")
    known = load(args.file) if args.file else catalog
    names = dict.fromkeys(getattr(args, "names", []))
    return [_named(known, name) for name in names or known]


def _named(known: Any, name: str) -> Function:
    if name in known:
        found: Function = known[name]
        return found
    for other in known:  # the name of the generated files, as their first lines say it
        if name == re.sub(r"[^A-Za-z0-9]+", "_", other).strip("_"):
            return _named(known, other)
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(known)}"
    raise InputError("unknown-name", f"no function '{name[:60]}'; {hint} (a new one is stated with --define)")


def _stated(args: argparse.Namespace) -> Function:
    """The one function of ``derive`` and ``explain``: a name, or a statement."""
    from symderiv.library import catalog, load

    if "=" in args.function:
        if args.file:
            raise InputError("usage", "a stated function stands alone, without --file")
        from symderiv.definitions import Function

        return Function(args.function.replace("\\n", "\n"), assume=args.assume)
    if args.assume:
        raise InputError("usage", "--assume belongs to a function that is stated here")
    return _named(load(args.file) if args.file else catalog, args.function)


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=True))


# --- commands -------------------------------------------------------------------------------------


def _list(args: argparse.Namespace) -> int:
    functions = _functions(args)
    if args.format == "json":
        rows = [
            {"name": f.name, "doc": f.doc, "define": f.define.strip(), "assume": list(f.assume),
             "inputs": {k: list(v) for k, v in f.inputs.items()}, "claims": list(f.claim_texts)}
            for f in functions
        ]  # fmt: skip
        _print_json({"functions": rows})
        return 0
    for f in functions:
        print(f"{f.name}: {f.doc}" if f.doc else f.name)
        for line in f.define.strip().splitlines():
            print(f"    {line}")
        for text in f.assume:
            print(f"    assuming {text}")
        for text in f.claim_texts:
            print(f"    claim    {text}")
    return 0


def _derive(args: argparse.Namespace) -> int:
    from symderiv.api import Equation
    from symderiv.derive.fold import derivative
    from symderiv.notation.latex import to_latex_equation
    from symderiv.notation.show import text

    function = _stated(args)
    found = derivative(function, args.wrt)
    if args.format == "json":
        _print_json(
            {
                "function": function.name,
                "wrt": text(found.target),
                "derivative": text(found.folded),
                "rules": text(found.raw),
                "claim": f"{text(found.left)} = {text(found.folded)}",
                "latex": to_latex_equation(found.left, found.folded),
            }
        )
    else:
        print(Equation(found.left, found.folded))
    return 0


def _explain(args: argparse.Namespace) -> int:
    from symderiv.explain.command import main as explain

    return explain(args, _stated)


def _verify(args: argparse.Namespace) -> int:
    from symderiv.report import verdict_text
    from symderiv.verify.claims import CHECKERS, SHOWN, verdict_on
    from symderiv.workers import in_order

    functions = _functions(args)
    checkers: Sequence[str] = CHECKERS
    if args.checkers is not None:
        checkers = [c.strip() for c in args.checkers.split(",") if c.strip()]
        for c in checkers:
            if c not in SHOWN:
                raise InputError("unknown-checker", f"no checker '{c}'; there are {', '.join(SHOWN)}")
        if not checkers:
            raise InputError("unknown-checker", f"--checkers names none; there are {', '.join(SHOWN)}")
    if args.define is not None and not args.claim:
        raise InputError("usage", "--define needs a --claim to verify")
    if args.claim and len(functions) != 1:
        raise InputError("usage", "--claim speaks of one function; name it, or state it with --define")
    # every claim is read before the first is checked: bad input is reported before any verdict
    work = [(f, c) for f in functions for c in ([f.claim(t) for t in args.claim] if args.claim else f.claims)]
    if not work:
        raise InputError("empty", "there is no claim to verify; add claims = [...] or --claim")
    results = []
    for result in in_order(partial(verdict_on, checkers=checkers, seconds=args.seconds), work, args.jobs):
        results.append(result)
        if args.format == "text":
            print(verdict_text(result), flush=True)
    proved = sum(r.word == "proved" for r in results)
    if args.format == "json":
        _print_json({"results": [r.json() for r in results]})
    elif len(results) > 1:
        print(f"{proved} of {len(results)} claims proved")
    return 0 if proved == len(results) else 1


def _check(args: argparse.Namespace) -> int:
    from symderiv.documents.command import main as check

    return check(args)


def _generate(args: argparse.Namespace) -> int:
    from symderiv.pipeline import generate_command

    return generate_command(_functions(args), args)


def _all(args: argparse.Namespace) -> int:
    from symderiv.pipeline import main_job

    return main_job(args)


def _bench(args: argparse.Namespace) -> int:
    from symderiv.bench.command import main as bench

    return bench(args)


def _doctor(args: argparse.Namespace) -> int:
    from symderiv.doctor import examine, show

    found = examine()
    if args.format == "json":
        _print_json(found)
    else:
        print(show(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
