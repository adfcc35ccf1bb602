"""What a person is told: the broken rule, the place, and what would be right."""

from __future__ import annotations

import pickle
import tomllib

import pytest

from symderiv.definitions import Function
from symderiv.errors import InputError, NotSupported, Place
from symderiv.library import loads
from symderiv.notation.toml_places import Places

#: A text, the marked place below it, the code, and a part of the message.
TOLD = [
    ("y[j] = x[j] x[j]", "            ^^^^", "syntax", "x[j]*x[j]"),
    ("y[j] = x[]", "        ^^", "bad-index", "without them: x"),
    ("y[i,j] = x[j][i]", "             ^^^", "forbidden-syntax", "x[j,i]"),
    ("y = pi(x)", "    ^^", "unknown-function", "pi*(x)"),
    ("y = a \u2212 b", "      ^", "non-ascii", "U+2212 (MINUS SIGN) is not printable ASCII; write -"),
    ("y = a\u00b2", "     ^", "non-ascii", "**2"),
    ("y = \u03b1*b", "    ^", "non-ascii", "alpha"),
    ("y = \u0430*b", "    ^", "non-ascii", "write a"),
    ("y = a\u200b", "     ^", "non-ascii", "remove it"),
    ("y = a\u00a0+ b", "     ^", "non-ascii", "plain space"),
    ("y = sum(x)", "    ^^^", "syntax", "sum[c](x[c])"),
    ("y = sum[c] x[c]", "           ^^^^", "syntax", "sum[c](x[c])"),
    ("y = sum[c]*x[c]", "    ^^^^^^", "syntax", "sum[c](...)"),
    ("y = exp[x]", "    ^^^^^^", "reserved-name", "exp(x)"),
    ("y = exp x", "        ^", "syntax", "exp(x)"),
    ("y[j] = x(j)", "       ^", "unknown-function", "x[j]"),
    ("y[i,j] = x[i]*delta(i,j)", "              ^^^^^", "syntax", "delta[i,j]"),
    ("y = 2x", "    ^^", "bad-literal", "2*x"),
    ("y = 2(x)", "     ^^^", "syntax", "2*(x)"),
    ("y = x^2", "     ^", "forbidden-character", "x**2"),
    ("y[j] := x[j]", "     ^", "slice", "written with ="),
    ("y[j] == x[j]", "     ^^", "syntax", "one '='"),
    ("y => x", "  ^^", "syntax", ">="),
    ("y = sqr(x)", "    ^^^", "unknown-function", "did you mean sqrt?"),
    ("y = tahn(x)", "    ^^^^", "unknown-function", "did you mean tanh?"),
    ("y = ln(x)", "    ^^", "unknown-function", "log(x)"),
    ("y[j] = sum[j <= c](x[c])", "           ^^^^^^", "bad-range", "c >= j"),
    ("y = sum[1 <= c](x[c])", "        ^^^^^^", "bad-range", "c >= 1"),
    ("y[j] = sum[c <= j <= d](x[c])", "           ^^^^^^^^^^^", "bad-range", "between its bounds"),
    ("y[j] = sum[c+1 <= j](x[c])", "           ^^^^^^^^", "bad-range", "first and alone"),
    ("y = sum[c <= q](x[c])", "             ^", "unbalanced", "'q'"),
    ("y = sum[c=1](x[c])", "         ^", "forbidden-syntax", "sum[c](...)"),
    ("y = z[1]", "      ^", "bad-index", "sum[c == 1](x[c])"),
    ("y[j] = z[2*j]", "         ^^^", "bad-index", "2*j multiplies"),
    ("y[j] = z[j+1.5]", "           ^^^", "bad-index", "1.5 is no whole number"),
    ("y[j] = z[j+100]", "         ^^^^^", "too-large", "64"),
    ("y[j] = z[j+j]", "           ^", "bad-index", "once"),
    ("y[j] = z[j,]", "          ^", "syntax", "','"),
    ("y[j] = (z)[j]", "          ^^^", "forbidden-syntax", "follow a name"),
    ("t = s**2\ny[j] = z[j+t]", "           ^", "bad-index", "'t' is a scalar"),
    ("y[i,j,k] = where(i <= j and j <= k, x[i]*x[j]*x[k], 0)", "                        ^^^", "keyword",
     "where(i <= j, where(j <= k, a, b), b)"),
    ("y[i,j] = where(i <= j)", "         ^^^^^^^^^^^^^", "arity", "three arguments, got 1"),
    ("y[j] = where(j = 3, x[j], 0)", "               ^", "forbidden-syntax", "'=='"),
    ("y[j] = where(2*j < 3, x[j], 0)", "             ^^^", "bad-index", "2*j multiplies"),
    ("y[j] = where(j < x[j], x[j], 0)", "                 ^^^^", "bad-index", "x[j] is a value"),
    ("y[j] = j*x[j]", "       ^", "name-clash", "which a letter does not have"),
    ("y[x] = x", "       ^", "name-clash", "'x' is an index letter"),
    ("y[k] = k[k]*z[k]", "       ^^^^", "name-clash", "'k' is an index letter and a tensor"),
    ("y(j) = x[j]", "^^^^", "bad-head", "y[j]"),
    ("y[j] = x[j] +", "            ^", "syntax", "nothing on its right"),
    ("y[j] = x[j] + * 2", "              ^", "syntax", "nothing on its left"),
    ("y[j] = exp(x[j]]", "               ^", "syntax", "closed by ')'"),
    ("y[j] = x[j] = 3", "            ^", "syntax", "more than one '='"),
    ("y[j] = x[j] + x", "              ^", "dimension-conflict", "as x[j]"),
    ("y[j] = x[j]\n  w = ", "     ^", "empty", "missing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "marks", "code", "part"), TOLD, ids=[f"{t[0]!a}" for t in TOLD])
def test_the_place_is_marked_and_the_right_way_said(text: str, marks: str, code: str, part: str) -> None:
    with pytest.raises(InputError) as caught:
        Function(text)
    error = caught.value
    line, carets = error.excerpt().split("\n")
    number = f"  {len(text.splitlines())} | "
    assert line == number + text.splitlines()[-1].replace("\u00a0", " ").replace("\u200b", "?")
    assert carets[len(number) :] == marks
    assert error.code == code
    assert part in error.message
    assert str(error).isascii()


CLAIMS = [
    ("dy[j]/dz[i] = 0", "^^^^^^^^^^^", "syntax", "D(y[j], z[i])"),
    ("D(y[j]) = 0", "^^^^^^^", "arity", "at least one entry"),
    ("D(y[j], z) = 0", "        ^", "dimension-conflict", "as z[j]"),
    ("D[y[j], z[i]] = 0", "^^^^^^^^^^^^^", "reserved-name", "D(y[j], z[i])"),
    ("D(y[j], 2*z[i]) = 0", "        ^^^^^^", "diff-target", "z[i]"),
    ("D(y[j], z[i+1]) = 0", "        ^^^^^^", "diff-target", "plain letters"),
    ("D(y[j], y[i]) = 0", "        ^^^^", "diff-intermediate", "one of the inputs"),
    ("y[j] = z[i]", "         ^", "unbalanced", "'i'"),
    ("y[j] = sum[c](z[c])*q[c]*z[j]", "           ^", "free-and-bound", "'c'"),
    ("y[z] = y[z]", "  ^", "name-clash", "'z' is a tensor"),
    ("y[j] = y[j]*size[q]", "            ^^^^^^^", "unknown-letter", "size[q]"),
]


@pytest.mark.parametrize(("text", "marks", "code", "part"), CLAIMS, ids=[t[0] for t in CLAIMS])
def test_mistakes_in_claims(text: str, marks: str, code: str, part: str) -> None:
    with pytest.raises(InputError) as caught:
        Function("y[j] = exp(z[j])").claim(text)
    error = caught.value
    assert error.excerpt() == f"  1 | {text}\n    | {marks}"
    assert error.code == code
    assert part in error.message


def test_a_long_line_is_cut_around_the_place() -> None:
    with pytest.raises(InputError) as caught:
        Function("y[j] = " + "x[j] + " * 400 + "tahn(x[j])" + " + x[j]" * 100)
    line, carets = caught.value.excerpt().split("\n")
    assert len(line) < 110
    assert line.count("...") == 2
    assert line[carets.index("^") : carets.rindex("^") + 1] == "tahn"


def test_an_uncaught_error_shows_the_place_and_an_error_travels() -> None:
    with pytest.raises(InputError) as caught:
        Function("y = tahn(x)")
    error = caught.value
    assert error.__notes__ == [error.excerpt()]
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.excerpt(), again.code) == (str(error), error.excerpt(), error.code)
    other = pickle.loads(pickle.dumps(NotSupported("no target", Place("lower")).within("f")))
    assert isinstance(other, NotSupported)
    assert str(other) == "f, lower: no target [not-supported]"
    assert other.excerpt() == ""


def test_what_is_no_printable_text_does_not_reach_the_terminal() -> None:
    error = InputError("usage", "no \x1b[31m function\n\u202e", Place("a\x00b"))
    assert str(error) == "a?b: no ?[31m function ? [usage]"
    wide = InputError("x", "y", Place("", 1, 3), text="\uff5a\x1bx")
    assert wide.excerpt() == "  1 | \uff5a?x\n    |    ^"


FILE = '''\
# a comment with [brackets] and "quotes"
[first]
define = "y[j] = z[j]"

["second one"]
doc = 'a \\ b'   # not an escape
define = """
s[j] = exp(z[j])
y[j] = s[j]/\\
  sum[c](tahn(s[c]))"""
claims = [
  "y[j] = 1",   # [comment]
  'D(y[j], q[i]) = 0',
]
dims = { C = ["c", "j"], N = ["n"] }
'''


def test_places_in_a_file_are_places_of_the_file() -> None:
    table = tomllib.loads(FILE)["second one"]
    places = Places(FILE)

    def line_at(place: Place) -> str:
        return FILE.splitlines()[place.line - 1][place.column - 1 : place.column - 1 + place.width]

    assert line_at(places.inside(("second one", "define"), table["define"], Place("", 2, 20, 4))) == "tahn"
    assert (
        line_at(places.inside(("second one", "claims", 1), table["claims"][1], Place("", 1, 9, 4))) == "q[i]"
    )
    assert line_at(places.key(("second one", "dims", "N"))) == "N"
    assert line_at(places.key(("second one", "doc"))) == "doc"
    assert line_at(places.key(("second one",))) == '["second one"]'
    assert line_at(places.key(("first", "claims"))) == "[first]"
    with pytest.raises(InputError) as caught:
        loads(FILE, "my.toml")
    assert "my.toml, [second one], define, line 10, column 10:" in str(caught.value)
    assert caught.value.excerpt() == '  10 |   sum[c](tahn(s[c]))"""\n     |          ^^^^'


IN_FILES = [
    ('[a]\ndefin = "y[j] = z[j]"', 2, 1, "did you mean define?"),
    ('[a]\ndefine = "y[j] = z[j]"\ndims = { C = ["q"] }', 3, 1, "no text of the table has a letter 'q'"),
    ('[a]\ndefine = "y[j] = z[j]"\ndims = { "C d" = ["j"] }', 3, 1, "'C d' is no name"),
    ('[a]\ndefine = "y[i,j] = z[j]*x[i]"\ndims = { i = ["j"] }', 3, 1, "rename one of them"),
    ('[a]\ndefine = "y[j] = z[j]"\nassume = ["x > 0",\n "j > 0"]', 4, 3, "'j' is an index letter"),
    ('[a]\ndefine = "y[j] = z[j]"\nclaims = 3', 3, 1, "a list of texts"),
    ('[a]\ndoc = "x"', 1, 1, "define is missing"),
    ('b = 3\n[a]\ndefine = "y[j] = z[j]"', 1, 1, "outside a table"),
    ('[a]\ndefine = "y[j] = z[j]', 2, 22, "not TOML"),
    ('[a]\ndefine = "\\ty[j] = \\u0061*\\u00e4"', 2, 27, "U+00E4"),
]


@pytest.mark.parametrize(("raw", "line", "column", "part"), IN_FILES, ids=[c[3] for c in IN_FILES])
def test_mistakes_of_files_have_the_file_s_line_and_column(raw, line, column, part) -> None:
    with pytest.raises(InputError) as caught:
        loads(raw, "my.toml")
    assert (caught.value.place.line, caught.value.place.column) == (line, column), caught.value
    assert part in caught.value.message
    assert caught.value.excerpt()
