"""Rows that are right as they are meant, and say something false to one who takes them by the letter."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


def found(text: str) -> list[tuple[str, int]]:
    """What a document is told of, with its line."""
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    return [(f.kind, f.line) for f in checked.findings if f.kind in ("wrong", "lint")]


def test_a_sum_of_one_term_beside_that_of_all_others() -> None:
    text = "$$\\sum_{m = k} a_m (1 - p_k) - \\sum_{m \\neq k} a_m p_k = %s - p_k \\sum_m a_m$$"
    assert words(text % "a_k") == ["proved"]
    assert words(text % "2 a_k") != ["proved"]


@pytest.mark.parametrize("words_of_it", ["is zero but for the place $r$", "vale 1 solo en la clase $r$"])
def test_a_label_that_words_unknown_here_call_one_hot(words_of_it: str) -> None:
    """It needs that, as the row shows; no other factor or class does."""
    text = f"The label $t$ {words_of_it}."
    text += " $$q_k = \\frac{e^{u_k}}{\\sum_m e^{u_m}}$$ $$-\\sum_k t_k \\log q_k = %s \\log q_r$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "-2")[-1] != "proved"


def test_a_number_that_solves_something_is_put_in_nowhere_else() -> None:
    text = "The profit is $$G = 6 a^{1/2} b^{1/2}$$ "
    text += "$$u = \\frac{\\partial G}{\\partial a} = 3 a^{-1/2} b^{1/2}$$"
    text += (
        " $$v = \\frac{\\partial G}{\\partial b} = 3 a^{1/2} b^{-1/2}$$ $$\\frac{u}{v} = \\frac{%s b}{a}$$"
    )
    end = " With prices 1 and 4, $$b = \\frac{a}{4}$$ Again, $$\\frac{u}{v} = \\frac{%s b}{a}$$"
    assert not found((text + end).replace("%s", ""))
    assert found(text.replace("%s", "2"))


def test_a_number_that_is_found_below_is_none_above() -> None:
    text = "Here $x = 40 - 2 p + q$ and $y = 40 - 2 q + p$.\n\n$$G = p x - 6 x = (p - 6)(40 - 2 p + q)$$\n\n"
    text += "$$H = q y - 6 y = (q - 6)(40 - 2 %s + %s)$$\n\nThe equilibrium is\n\n$$p = 18, \\quad q = 18$$"
    assert not found(text % ("q", "p"))
    assert ("wrong", 5) in found(text % ("p", "q"))


def test_a_loss_that_is_made_better_twice() -> None:
    text = "First we add up all of the errors: $$Q = \\sum_{i=1}^N (w x_i - y_i)$$"
    text += "\n\nSquares are better, since these cannot cancel: $$Q = \\sum_{i=1}^N (w x_i - y_i)^2$$"
    text += (
        "\n\nTheir mean is comparable between data sets: $$Q = \\frac{1}{N} \\sum_{i=1}^N (w x_i - y_i)^2$$"
    )
    text += "\n\n$$\\frac{\\partial Q}{\\partial w} = \\frac{%s}{N} \\sum_{i=1}^N x_i (w x_i - y_i)$$"
    assert not found(text % "2")
    assert found(text % "3") == [("wrong", 7)]


def test_items_with_titles_speak_of_their_own() -> None:
    items = "- **Even:** for these $$f_n = \\frac{1}{e^{b n} - 1}$$\n"
    items += "- **Odd:** for these $$f_n = \\frac{1}{e^{b n} + 1}$$"
    assert not found(items)
    assert found(items.replace("**Even:**", "").replace("**Odd:**", ""))


def test_a_mixed_number() -> None:
    assert words("$$\\frac{19}{6} = 3\\frac{1}{6}$$") == ["undecided"]
    assert words("$$\\frac{19}{6} = \\frac{20}{6}$$") == ["wrong"]


def test_a_bar_in_a_text_on_complex_numbers() -> None:
    row = "$$\\frac{2 |p w + q|}{2 |q \\bar w + p|} = \\frac{|p w + q|}{|q \\bar w + p|} "
    row += "= \\frac{|p w + q|}{|w \\bar w (q \\bar w + p)|}$$"
    for said, due in (("For complex numbers with $|w| = 1$,", "undecided"), ("For numbers,", "wrong")):
        assert words(f"{said} $$p + q = q + p$$ {row}")[-1] == due


def test_a_linear_model_at_a_sample() -> None:
    text = "$$g(x) = a_0 + a_1 x_1 + \\dots + a_d x_d$$ $$C = \\sum_{i=1}^M (t_i - g(x_i))^2$$"
    assert not found(text)


def test_a_loss_of_one_entry_with_names_that_have_no_index() -> None:
    text = "$$C = -\\frac{1}{M} [t_i \\log q_i + (1 - t_i) \\log(1 - q_i)]$$"
    text += (
        " where $q$ is a share. $$\\frac{\\partial C}{\\partial q} = -\\frac{1}{M} \\frac{t - q}{q (1 - q)}$$"
    )
    assert not found(text)


def test_a_row_shows_what_a_definition_should_say() -> None:
    text = "$$Q_i = -\\log \\frac{e^{u_i}}{\\sum_k e^{u_k}}$$\n\n1. $i = j$:\n\n"
    text += "   $$\\frac{\\partial Q_i}{\\partial u_j} = "
    text += "\\frac{\\partial}{\\partial u_j} \\frac{e^{u_i}}{\\sum_k e^{u_k}} = Q_i (1 - Q_i)$$"
    assert found(text) == [("wrong", 1)]
    assert not found(text.replace("-\\log ", ""))


def test_a_loss_that_lost_its_square() -> None:
    text = "$$Q = \\sum_{i=1}^n %s$$\n\n"
    text += "$$\\frac{\\partial Q}{\\partial u} = -2 \\sum_{i=1}^n (t_i - e^{u x_i}) e^{u x_i} x_i$$"
    assert not found(text % "(t_i - e^{u x_i})^2")
    assert found(text % "(t_i - e^{u x_i})") == [("wrong", 1)]


def test_what_holds_only_before_a_slip_says_so() -> None:
    text = "$$\\frac{d}{dx} x^3 = 3 x^2 = 3 x^3 = 3 x^2$$"
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    assert [r.word for r in checked.rows] == ["proved", "wrong", "proved"]
    assert any("against what stands before" in u for u in checked.rows[-1].under)


def test_an_unknown_function_is_no_constant() -> None:
    """Nothing says how r depends on r, nor the net on v."""
    assert words("Here $a$ is a vector. $$\\frac{\\partial [r(a)_k]}{\\partial r} = 0$$") != ["proved"]
    text = "$$Q(V) = \\frac12 \\sum_{r=1}^R (c_r - a_r)^2$$ $$\\frac{\\partial}{\\partial v_i} Q(v) = "
    text += (
        "5 \\sum_{r=1}^R (c_r - a_r) \\frac{\\partial}{\\partial v_i} sigmoid(net(\\mathbf{v} \\mathbf{s}))$$"
    )
    assert words(text)[-1] != "proved"


def test_relations_as_programs_write_them() -> None:
    text = "Here $a >= 2$, $a != b$ and $b <= 3$. $$2 + 1 >= 2$$ $$2 + 1 %s 3$$"
    assert words(text % "==") == ["proved"]
    assert words(text % "!=") == []
    assert words("$$3!=6$$") == words("$$3! = 6$$") != []


def test_a_permutation_that_is_called_pi() -> None:
    assert not found("$$\\pi = [2, 1, 3]$$ $$\\pi[3] = 3$$")
    assert words("$$\\pi_k = \\frac{n_k}{n}$$ $$2 \\pi = \\pi + \\pi$$")[-1] == "proved"


def test_what_is_said_of_a_name_is_not_that_name() -> None:
    row = "$$\\frac{d}{dv} (v + w) = 2$$"
    assert words(f"$w$ 表示 $v$ 的方差。 {row}")[0] != "definition"
    assert words(f"$w$ 表示 $v$。 {row}") == ["definition", "proved"]


@pytest.mark.parametrize(("samples", "lines"), [("(a^{(%s)})^T", "rows"), ("a_%s^T", "rows")])
def test_what_a_matrix_needs_to_be_made_of(samples: str, lines: str) -> None:
    entries = " \\\\ \\vdots \\\\ ".join(f"{samples % x} u" for x in "1n")
    for matrix, needed in (("A", lines), ("A^T", "columns")):
        text = f"$${matrix} u = \\begin{{bmatrix}} {entries} \\end{{bmatrix}}$$"
        (row,) = check(from_text(text, "text", "markdown"), checkers=FAST).rows
        assert row.under[0].startswith(f"needs that the {needed} of a matrix")


def test_what_a_name_is_that_only_the_prose_says() -> None:
    row = "$$\\frac{d}{da} \\frac{e^a}{u} = \\frac{e^a u - e^{2a}}{u^2}$$"
    assert not found(f"With u = exp(a) + exp(b) we find {row}")
    assert found(row)


def test_labels_of_examples_in_an_entropy() -> None:
    text = "The loss is $$F_n = -\\sum_k t_{n,k} \\ln s_{n,k}$$ "
    text += "and $$g_{n,j} = \\sum_k t_{n,k} s_{n,j} - t_{n,j} = %s"
    assert words(text % "s_{n,j} - t_{n,j}$$")[-1] == "proved"
    assert words(text % "s_{n,j} + t_{n,j}$$")[-1] != "proved"


def test_a_function_of_what_it_is_derived_by_is_no_constant() -> None:
    text = "Let $Q(b) = \\|v - w\\|_2^2$, where $w$ is made of $b$. "
    text += "The row $\\frac{\\partial Q(b)}{\\partial b} = 0$ tells b."
    assert "proved" not in words(text)
    text = "$$H(\\mathbf{u}, \\mathbf{v}) = \\sum_{k=1}^n c_k s_k$$ "
    slope = "\\frac{\\partial H}{\\partial \\mathbf{u}}"
    text += f"$${slope} ({slope}) = 0$$"
    assert words(text)[-1] != "proved"


def test_a_proportion() -> None:
    assert words("$$100 : 400 = 1 : 4$$") == ["proved"]
    assert words("$$100 : 400 = 1 : 3$$") == ["wrong"]


def test_a_step_of_a_chain_is_not_set_to_zero() -> None:
    text = "$$L = \\prod_{j=1}^m (1 - q)^{k_j} q$$ We take the log and set its derivative equal to 0. "
    text += "$$\\log L = \\sum_{j=1}^m \\log((1 - q)^{k_j} q) \\\\ "
    text += "= \\log(1 - q) \\sum_{j=1}^m k_j %s m \\log q$$"
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_a_value_that_another_exercise_asks_for() -> None:
    text = "# Exercise 1\n\nHere $$f(x) = x^2 - 3 x + 5$$ %s A curve $f$ is wanted with\n\n$$f(0) = -3$$"
    assert not found(text % "\n\n# Exercise 2\n\n")
    assert found(text % "")


def test_a_model_whose_data_have_a_hat_beside_them() -> None:
    """The y of the data is not the y of the model, where \\hat y is that."""
    text = "The model is\n\n$$Y = w X + c$$\n\nor\n\n$$Y = w_1 X_1 + w_2 X_2 + \\dots + w_n X_n + c$$\n\n"
    text += "$$E = \\frac{1}{n} \\sum_{i=1}^n (Y_i - \\hat{Y}_i)^2$$\n\n"
    text += "$$\\frac{\\partial E}{\\partial c} = -\\frac{2}{n} \\sum_{i=1}^n (Y_i - \\hat{Y}_i)$$"
    assert not found(text)


@pytest.mark.parametrize(("sign", "word"), [("+", "proved"), ("-", "wrong")])
def test_an_equation_that_begins_with_a_sign_below_steps(sign: str, word: str) -> None:
    text = "$$\\begin{aligned} \\frac{d}{dt} (t^2 - 6t) &= 0 + 2t - 6 \\\\ &= -6 %s 2t \\\\ "
    text += "-6 + 2t &= 0 \\end{aligned}$$"
    assert words(text % sign)[1] == word


def test_a_d_before_a_bracket_may_be_that_of_a_differential() -> None:
    text = "$$\\begin{aligned} d \\left(\\frac{t}{3 + t}\\right) "
    text += "&= \\frac{(3 + t) d(t) - t d(3 + t)}{(3 + t)^2} \\\\ "
    text += "&= \\frac{3}{(3 + t)^2} d t \\end{aligned}$$"
    assert "wrong" not in words(text)
    assert "wrong" in words(text.replace("d(", "q(").replace("d \\left", "q \\left").replace("d t", "q t"))


def test_what_is_the_same_for_all_and_0() -> None:
    slope = "\\sum_{i=1}^k \\mu_i \\frac{\\partial h_i}{\\partial x_%s}"
    text = "Let $h(x, y) = x + 2y - 1$. With $h_1, ..., h_k$, the point $(x_1, ..., x_n)$ satisfies "
    text += f"$${slope % 1} = ... = {slope % 'n'} = %s$$"
    assert not found(text % "0")
    assert found(text % "g")


def test_a_sign_that_says_that_a_row_is_meant_so() -> None:
    text = "$p_j = \\frac{e^{o_j}}{\\sum_{k=1}^q e^{o_k}}$. "
    text += "$$\\sum_{i=1}^n y^{(i)} \\log p^{(i)} %s - \\sum_{i=1}^n l^{(i)}(y, p)$$ where "
    text += "$$l^{(i)}(y, p) = -\\sum_{j=1}^q y_j \\log p_j$$"
    assert not found(text % "\\triangleq")
    assert found(text % "=")


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("We put", "For the mean we take another one with"),
        ("Wir setzen", "Für den Mittelwert betrachten wir nun"),
        ("On pose", "Pour la moyenne, considérons maintenant"),
        ("Ponemos", "Para la media tomamos otra con"),
        ("Qui poniamo", "Per la media risolviamo un altro integrale con parametri"),
        ("Кладём", "Для среднего рассмотрим"),
        ("取", "现在考虑"),
    ],
)
def test_a_name_that_is_given_another_meaning(said: str, then: str) -> None:
    text = f"{said} $$a = m + 1$$ {then} $$a = m + 2$$"
    assert not found(text)


def test_a_name_that_is_said_again() -> None:
    assert found("Wir haben $$a = m^2 + m$$ also $$a = m^2 - m$$")


def test_vectors_of_which_words_say_that_they_are_orthonormal() -> None:
    text = "The vectors $v_j$ are an %s basis. "
    both = "$$\\sum_{j=2}^D \\sum_{k=2}^D v_j v_j^T %s v_k v_k^T = "
    text += (both % "C")[:-1] + (both % "\\mu_k")[2:] + "\\sum_{j=2}^D \\mu_j v_j v_j^T$$"
    assert not found(text % "orthonormal")
    assert found((text % "arbitrary") + " These are the linear projections.")
    assert found(text % "arbitrary")


def test_a_number_between_a_row_and_a_column() -> None:
    text = "By the eigenvalue $\\mu_i$ of $S$: $$v_i^T S v_i = v_i^T \\mu_i v_i = %s \\mu_i v_i^T v_i$$"
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_an_observation_that_lost_its_index_in_the_model() -> None:
    """y_i = ax + b, which does not depend on i, and what is not 0 though it would be then."""
    text = "$$%s = a x%s + b + \\epsilon%s$$ The solution is "
    text += "$$a = \\frac{\\sum_{i=1}^N y_i \\sum_{i=1}^N x_i - N \\sum_{i=1}^N y_i x_i}"
    text += "{\\sum_{i=1}^N x_i \\sum_{i=1}^N x_i - N \\sum_{i=1}^N x_i^2}$$"
    assert not found(text % ("y_i", "", ""))
    assert not found(text % ("y_i", "_i", "_i"))


def test_rows_that_lose_the_number_of_examples() -> None:
    text = "$$C = -\\frac{1}{n} \\sum_{i=1}^n \\sum_{k=1}^K t_{ik} \\log(q_{ik})$$ "
    text += "$$\\frac{\\partial C}{\\partial q_{ik}} = -\\frac{t_{ik}}{q_{ik}}$$\n\n"
    text += (
        "$$\\frac{\\partial C}{\\partial q_{ik}} = -t_{ik} \\frac{\\partial \\log q_{ik}}{\\partial q_{ik}}$$"
    )
    assert words(text) == ["definition", "wrong", "wrong"]


def test_an_equation_of_motion_is_not_proved_by_another_variable() -> None:
    text = "$$\\frac{\\partial L}{\\partial s} - \\frac{d}{dt} \\frac{\\partial L}{\\partial \\dot{s}} = 0$$ "
    text += "with $L = K - U$, $K = \\frac{1}{2} M \\dot{z}^2$ and $U = \\frac{1}{2} c z^2$."
    assert words(text)[0] == "undecided"
    text = "Along a curve $$\\frac{\\partial Q}{\\partial k} d k + \\frac{\\partial Q}{\\partial l} d l = 0$$"
    assert "proved" not in words(text + "\n\n# Example\n\nHere $Q = a^2 b^3$.")


@pytest.mark.parametrize("ends", ["", " =", " = \\quad"])
def test_a_side_alone_in_a_display_and_the_other_in_the_next(ends: str) -> None:
    text = "$$L = \\sum_i t_i \\log q_i$$\n\n$$\\frac{\\partial L}{\\partial q_i} + 3%s$$\n\n"
    text += "$$ = \\frac{t_i}{q_i} %s 3$$"
    assert words(text % (ends, "+"))[-1] == "proved"
    assert words(text % (ends, "-"))[-1] == "wrong"


def test_the_letter_of_the_true_class_beside_a_sum_over_the_same_letter() -> None:
    """The i of "t is one-hot at i" is none of the sum over i in the loss."""
    text = "The loss is $l = -\\sum_{i=1}^C t_i \\log{q_i}$ and $t$ is the one-hot vector of class $i$, "
    text += "that is $t_i=1$.\n\n$$q_i \\frac{\\partial l}{\\partial q_i} "
    text += "- \\sum_{j=1}^{C} q_i q_j \\frac{\\partial l}{\\partial q_j} = "
    text += "-q_i t_i \\frac{1}{q_i} + \\sum_{j=1}^{C} t_%s q_i q_j \\frac{1}{q_j}$$"
    assert words(text % "j")[-1] == "proved"
    assert words(text % "i")[-1] == "wrong"


def test_a_step_along_a_slope_that_is_0_is_no_claim() -> None:
    text = "$$r = \\psi(s)$$ $$\\psi(s) = \\begin{cases} 1 & s \\ge 0 \\\\ 0 & s < 0 \\end{cases}$$ "
    text += "$$K = \\frac12 (r - q)^2$$ $$s := s - \\rho \\frac{\\partial K}{\\partial s}$$"
    assert "proved" not in words(text)


def test_a_slope_that_is_set_to_0_by_a_name_without_its_indices() -> None:
    text = "$$Q = \\frac{1}{2} \\| t - Z^T v \\|^2$$ Setting $\\frac{\\partial Q}{\\partial v} = 0$ "
    text += "we have $$Z Z^T v = Z t$$"
    assert "proved" not in words(text)


def test_a_value_of_a_function_that_is_defined() -> None:
    text = "$$\\sigma(z) = \\frac{1}{1+e^{-z}}$$\n\n$$\\sigma(0.28) = %s$$\n\n$$\\lim_{x \\to 0} x = 0$$"
    assert not found(text % "0.5695")
    assert found(text % "0.4786")


@pytest.mark.parametrize(("square", "word"), [("\\bar{x}^2", "proved"), ("2 \\bar{x}^2", "wrong")])
def test_a_mean_by_its_bar_in_a_product(square: str, word: str) -> None:
    text = "$$S = \\sum_{i=1}^m (x_i^2 - 2 x_i \\bar{x} + x_i \\bar{x}) "
    text += f"= \\sum_{{i=1}}^m (x_i^2 - 2 x_i \\bar{{x}} + {square})$$"
    assert words(text) == ["definition", word]


def test_words_behind_a_formula_that_say_that_it_is_false() -> None:
    row = "So $h''(u_0) = 2 h''(u_0)$ %s."
    assert found(row % "holds")
    for said in ("is a contradiction", "ist offensichtlich ein Widerspruch", "es una contradicción", "矛盾"):
        assert not found(row % said)


def test_a_period_that_is_a_whole_number_of_times_taken() -> None:
    text = "$$F = \\cos(\\beta s) = \\cos(\\beta s + %s)$$"
    assert not found(text % "2 \\pi j")
    assert found(text % "2 \\pi \\beta")


def test_a_power_behind_the_bracket_of_a_logarithm() -> None:
    text = "For $a > 0$: $$f = \\ln\\left(\\frac{1}{\\sqrt{3 a^2}}\\right) = %s \\ln(3 a^2)^{-\\frac{1}{2}}$$"
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"
    assert words("$$\\log(x)^2 = \\log(x) \\log(x)$$") == ["proved"]


def test_logarithms_to_another_base() -> None:
    assert words("$$\\log_23 = 1.585$$") == ["proved"]  # of 3, to base 2
    assert words("$$\\log_23 = 1.1$$") == ["wrong"]
    assert not found("We know\n\n$$\\log 3 = 1.58$$")
    assert not found("We know\n\n$$\\log 3 = 1.0986$$")
    assert found("We know\n\n$$\\log 3 = 1.75$$")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("If $u$ is increasing, we have", "If $u$ is decreasing, we have"),
        ("Wenn $u$ steigend ist, gilt:", "Wenn $u$ fallend ist:"),
        ("若 $u$ 递增", "若 $u$ 递减"),
    ],
)
def test_a_probability_in_two_cases(one: str, two: str) -> None:
    text = "\n\n$$G(s) = P(u(W) \\leq s) = P(W \\leq v(s)) = F(v(s))$$\n\n"
    more = "\n\n$$G(s) = P(u(W) \\leq s) = P(W \\geq v(s)) = 1 - F(v(s))$$\n"
    assert not found(one + text + two + more)


def test_exercises_have_names_of_their_own() -> None:
    text = "## %s 5.2\n\n*Solution.* $L = \\dot{x}^2 + x^2$.\n\n$$y = L + 1$$\n\n"
    text += "## %s 5.4\n\n*Solution.* $L = \\dot{x}^2 - x^2$.\n\n$$y = L + 1$$"
    for name in ("№", "Problem", "Задача", "例题"):
        assert not found(text % (name, name))
    assert found(text % ("Part", "Part"))


def test_sums_of_one_name_to_two_sizes() -> None:
    text = "$$\\sum_{k=1}^{N} (b_k - c_k)^2 = \\sum_{k=1}^{%s} (b_k - c_k)^2$$"
    for size, needs in (("N", []), ("T", ["needs N = T, which the document does not state"])):
        (row,) = check(from_text(text % size, "text", "markdown"), checkers=FAST).rows
        assert (row.word, row.under) == ("proved", needs)


def test_a_comment_with_fences_in_it() -> None:
    text = "A note.\n\n<!--\n\\end{align}\n```\n\n```math\n-->\n\n```math\nf(u) = u^3\n```\n\n"
    text += "```math\nf'(u) = %s\n```\n"
    assert words(text % "3 u^2") == ["definition", "proved"]
    assert words(text % "3 u") == ["definition", "wrong"]


def test_a_derivative_of_order_n() -> None:
    assert not found("$$\\frac{d^n K_Z}{dt^n}(t) = 2 t$$")
    assert found("$$\\frac{\\partial^2 K_Z}{\\partial t}(t) = 2 t$$")


def test_a_brace_that_names_what_is_differentiated_by() -> None:
    text = "Let $q = \\sqrt{s^2 + p^2}$. Then $$\\frac{\\partial q}{\\partial s} = \\frac{d}{dw}\\sqrt{w}\\,"
    text += "\\frac{\\partial}{\\partial s}\\underbrace{\\left[s^2+p^2\\right]}_%s = \\frac{s}{q}$$"
    assert not found(text % "w")
    assert not found(text % "{w}")
    assert found(text % "v")


@pytest.mark.parametrize("said", ["First we leave the weights $g_i$ out", "Without considering the weights"])
def test_weights_that_are_left_out_for_a_moment(said: str) -> None:
    text = "$$K(c) = \\sum_{i=1}^n g_i (\\log c - c t_i)$$\n\n%s we simplify $K(c)$\n\n"
    text += "$$= \\sum_{i=1}^n (\\log c - c t_i)$$"
    assert not found(text % said)
    assert found(text % "Now")


def test_a_third_derivative_of_what_is_not_read_as_a_vector() -> None:
    text = "$$z''' = g'''(t) = \\frac{d}{dt}\\br{\\frac{d^2 z}{dt^2}}$$\n\n$$\\frac{d^3z}{dt^3} = 24 t - 7$$"
    assert "wrong" not in words(text)


@pytest.mark.parametrize(
    "said", ["With another choice, namely", "Hätten wir eine andere Wahl getroffen, nämlich"]
)
def test_parts_that_are_chosen_otherwise(said: str) -> None:
    text = "We choose $$p(t) = 3t \\quad \\text{and} \\quad q'(t) = \\sin(t).$$ "
    text += "Then $$q(t) = -\\cos(t).$$\n\n%s\n\n"
    text += "$$p(t) = \\sin(t) \\quad \\text{and} \\quad q'(t) = 3t.$$"
    assert not found(text % said)
    assert found(text % "Now we have")


def test_a_sum_over_what_is_mistaken() -> None:
    """Of AdaBoost: the letter of the sum stands in both values."""
    text = "$$\\delta = \\sum_{z_i \\neq h(u_i)} v_i / \\sum_{i=1}^M v_i$$"
    assert not found(text)
    assert words(text) == ["unread"]
