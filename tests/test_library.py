"""Definition files: what is read, and one line for what is not."""

from __future__ import annotations

import re

import pytest

from symderiv.errors import InputError
from symderiv.library import MAX_BYTES, catalog, load, loads
from symderiv.lower.products import differentiable
from symderiv.verify.by_calculus import check

BAD = [
    ("empty", ""),
    ("toml", "[a\ndefine = 1"),
    ("bad-table", 'define = "y[j] = z[j]"'),
    ("empty", '[a]\ndoc = "nothing"'),
    ("unknown-key", '[a]\ndefine = "y[j] = z[j]"\nclaim = ["y[j] = z[j]"]'),
    ("bad-value", "[a]\ndefine = 3"),
    ("bad-value", '[a]\ndefine = "y[j] = z[j]"\nclaims = "y[j] = z[j]"'),
    ("bad-value", '[a]\ndefine = "y[j] = z[j]"\ndims = ["j"]'),
    ("bad-labels", '[a]\ndefine = "y[j] = z[j]"\nlabels = ["k"]'),
    ("unknown-function", '[a]\ndefine = "y[j] = foo(z[j])"'),
    ("unbalanced", '[a]\ndefine = "y[j] = z[j]"\nclaims = ["y[j] = z[i]"]'),
    ("toml", '[a]\ndefine = "y[j] = z[j]"\n[a]\ndefine = "y[j] = z[j]"'),
    ("dimension-conflict", '[a]\ndefine = "y[j] = z[j]"\ndims = { C = ["j"], D = ["j"] }'),
]


@pytest.mark.parametrize(("code", "raw"), BAD, ids=[f"{n} {b[0]}" for n, b in enumerate(BAD)])
def test_bad_files_are_refused_in_one_line(code: str, raw: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(raw, "my.toml")
    assert caught.value.code == code, caught.value
    assert str(caught.value).startswith("my.toml")
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path) -> None:
    with pytest.raises(InputError, match="no-file"):
        load(tmp_path / "missing.toml")
    with pytest.raises(InputError, match="no-file"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'[a]\ndoc = "\xe9"\n')
    with pytest.raises(InputError, match="non-utf8"):
        load(tmp_path / "latin.toml")
    (tmp_path / "big.toml").write_text("#" * (MAX_BYTES + 1))
    with pytest.raises(InputError, match="too-long"):
        load(tmp_path / "big.toml")


def test_the_catalog_holds_what_is_shipped() -> None:
    assert next(iter(catalog)) == "softmax"
    assert len(catalog) >= 27
    for name, function in catalog.items():
        assert function.name == name
        assert function.doc
        assert len(function.claim_texts) >= 3


@pytest.mark.parametrize("name", catalog)
def test_every_claim_of_the_catalog_is_proved(name: str) -> None:
    """By the calculus, which takes milliseconds; ``symderiv verify`` asks the other checkers as well."""
    function = catalog[name]
    words = {claim.text: check(claim).word for claim in function.claims}
    assert set(words.values()) == {"proved"}, words


@pytest.mark.parametrize("name", catalog)
def test_every_input_has_a_claim_about_its_derivative(name: str) -> None:
    function = catalog[name]
    said = "".join(function.claim_texts)
    missing = [n for n in differentiable(function) if not re.search(rf"D\([^()]*, {n}\b", said)]
    assert not missing
