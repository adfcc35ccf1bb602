"""Signs that fields write their own way: primes for transposes, Sigma for sums, least values, slashes."""

from __future__ import annotations

from tests.documents.rows import words


def test_primes_are_transposes_of_matrices() -> None:
    text = "The residuals are $r = y - X b$.\n\n$$r'r = (y - Xb)'(y - Xb) \\\\\n= y'y - %s b'X'y + b'X'Xb$$\n"
    assert words(text % "2")[-2:] == ["proved", "proved"]
    assert words(text % "")[-2:] == ["proved", "wrong"]


def test_a_prime_of_a_function_stays_a_derivative() -> None:
    text = "$$f(x) = x^2 + 1$$\n\n$$f'(x) = %s x$$\n"
    assert words(text % "2") == ["definition", "proved"]
    assert words(text % "3") == ["definition", "wrong"]


def test_least_values_over_a_name() -> None:
    text = (
        "$$\\min_{w} \\|y - X w\\|^2 = \\min_{w} (y - X w)^T (y - X w) "
        "= \\min_w y^T y - %s w^T X^T y + w^T X^T X w$$\n"
    )
    assert words(text % "2") == ["proved", "proved"]
    assert words(text % "") == ["proved", "wrong"]


def test_sigma_is_a_sign_of_sums() -> None:
    text = "$$S = \\Sigma_{i=1}^{n} (a x_i + b)$$\n\n$$\\frac{\\partial S}{\\partial a} = %s$$\n"
    assert words(text % "\\Sigma_{i=1}^{n} x_i") == ["definition", "proved"]
    assert words(text % "\\Sigma_{i=1}^{n} b x_i") == ["definition", "wrong"]


def test_what_a_slash_divides_by() -> None:
    text = (
        "$$J(a, b) = (1/2n) \\sum_{i=1}^{n}(y_i - (a x_i + b))^2$$\n\n"
        "$$\\frac{\\partial J}{\\partial b} = %s \\sum_{i=1}^{n}(-(y_i - (a x_i + b)))$$\n"
    )
    assert words(text % "(1/n)") == ["definition", "proved"]
    assert words(text % "(2/n)") == ["definition", "wrong"]
    assert words("$$f(x) = 1/2 x^2$$\n\n$$f'(x) = x$$\n") == ["definition", "proved"]


def test_a_model_is_not_put_in_for_the_data() -> None:
    text = (
        "We fit the line $y = a x + b$ to the data.\n\n"
        "$$E = \\frac{1}{n} \\sum_{i=1}^n (y_i - (a x_i + b))^2$$\n\n"
        "$$\\frac{\\partial E}{\\partial b} = %s \\sum_{i=1}^n (y_i - (a x_i + b))$$\n"
    )
    assert words(text % "-\\frac{2}{n}")[-1] == "proved"
    assert words(text % "\\frac{2}{n}")[-1] == "wrong"


def test_identity_of_a_size() -> None:
    text = "With the identity matrix $I_n$:\n\n$$F = X^T X w + c w$$\n\n$$F = (X^T X + %s c I_n) w$$\n"
    assert words(text % "") == ["definition", "proved"]


def test_a_name_by_itself_is_to_be_solved() -> None:
    text = (
        "$$g = X^T (X w - y) + c w$$\n\nThe weights are\n\n$$w = \\frac{1}{c} X^T (y - X w)$$\n\n"
        "$$w = X^T a$$\n"
    )
    assert "wrong" not in words(text)


def test_what_an_arrow_solves() -> None:
    text = (
        "$$L = \\sum_{n=1}^{N} \\log f(x_n)$$\n\nSo we need\n\n"
        "$$\\sum_n \\gamma_{nk} x_n = \\mu_k \\sum_n \\gamma_{nk} = \\mu_k N_k \\Longrightarrow "
        "\\mu_k = \\frac{1}{N_k} \\sum_n \\gamma_{nk} x_n$$\n"
    )
    assert words(text) == ["definition", "undecided", "undecided", "definition"]
    derived = (
        "$$J = \\frac{1}{2} (u - c)^2$$\n\n"
        "$$\\frac{\\partial J}{\\partial u} = %s (u - c) = 0 \\Rightarrow u = \\frac{2 c}{2}$$\n"
    )
    assert words(derived % "2")[1] == "wrong"
    assert words(derived % "")[1] == "proved"


def test_zero_by_want_of_a_tie_is_no_proof() -> None:
    text = (
        "Here $p_i$ is what the net gives.\n\n$$C = \\frac{1}{2} \\sum_{i=1}^n (p_i^2 - y_i)^2$$\n\n"
        "$$\\frac{\\partial}{\\partial w_k} \\left[\\frac{1}{2} \\sum_{i=1}^n (p_i^2 - y_i)^2\\right] "
        "= \\sum_{i=1}^n (p_i - y_i) \\frac{\\partial p_i}{\\partial w_k}$$\n"
    )
    assert words(text)[-1] != "proved"
    plain = "$$z = w x$$\n\n$$\\frac{\\partial}{\\partial w} (c + d) = 0$$\n"
    assert words(plain) == ["definition", "proved"]
