"""Conditions that people write beside, behind and between formulas; hypotheses that nobody states."""

from __future__ import annotations

import pytest

from symderiv.documents.check import Checked, check
from symderiv.documents.text.source import from_text


def checked(text: str) -> Checked:
    return check(from_text(text, "text", "markdown"), repairs=False, checkers=("balls", "calculus"))


def words(text: str) -> list[str]:
    """The words of a text's rows, in order, but for what is no claim."""
    return [r.word for r in checked(text).rows if r.word != "not a claim"]


SOFTMAX = r"Softmax $s_i = e^{x_i}/\sum_k e^{x_k}$." + "\n\n"
D = r"\frac{\partial s_i}{\partial x_j}"
SAME, APART = f"${D} = s_i(1-s_i)$", f"${D} = -s_i s_j$"
#: Sentences of two rows, of which the first is said for i = j and the other one for the rest.
SENTENCES = [
    r"The derivative is {0} for $i=j$ and {1} for $i\neq j$.",
    r"If $i=j$ we get {0}, and if $i\neq j$ we get {1}.",
    r"If $i=j$, {0}. If $i\neq j$, {1}.",
    "The derivative is\n\n${0}$\n\nif $i=j$ and\n\n${1}$\n\notherwise.",
    r"We have {0} when $i=j$ and {1} otherwise.",
    r"{0} if $i$ is the entry itself, i.e. $i=j$, and {1} otherwise.",
    r"{1} for all $j\neq i$; {0} (when $i=j$).",
    r"{1} unless $i = j$; otherwise {0}.",
    r"Für $i = j$ gilt {0}, sonst {1}.",
    r"Es {0} sólo si $i=j$, y {1} en otro caso.",
    r"Es ist {0} nur wenn $i = j$, andernfalls {1}.",
    "When the indices agree, {0}; when they differ, {1}.",
    "The diagonal entries are {0}, the off-diagonal entries are {1}.",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_row_has_the_condition_of_its_clause(sentence: str) -> None:
    found = checked(SOFTMAX + sentence.format(SAME, APART))
    assert [r.word for r in found.rows if r.word != "not a claim"] == ["definition", "proved", "proved"]
    assert found.clean


@pytest.mark.parametrize("sentence", SENTENCES[:11])
def test_the_other_condition_is_found(sentence: str) -> None:
    assert words(SOFTMAX + sentence.format(APART, SAME)) == ["definition", "wrong", "wrong"]


def test_two_conditions_hold_together() -> None:
    text = r"Let $z_k = \sum_l W_{kl} x_l$. Then $\frac{\partial W_{kl}}{\partial W_{ij}} = 1$ "
    assert words(text + "only when $k=i$ and $l=j$; otherwise it is zero.") == ["definition", "proved"]
    assert words(text + "if $k=i$ and 0 otherwise.") == ["definition", "wrong"]


@pytest.mark.parametrize(
    ("before", "clean"),
    [
        ("The diagonal entries matter later.", False),
        ("For the diagonal entries:", True),
        ("### The diagonal", True),
        ("The case of equal indices is easy. Now all of them:", False),
    ],
)
def test_an_earlier_phrase_states_nothing(before: str, clean: bool) -> None:
    found = checked(SOFTMAX + before + f"\n\n${SAME}$\n")
    assert found.clean is clean


BOTH = r"\begin{cases} x_j & i = k\\ 0 & i \ne k\end{cases}$$"
UNREAD = r"$$g_k = W_{k1}x_1 + \cdots$$" + "\n\nIn both cases:\n\n"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (  # a row that is not understood is not proved by leaving out where it says something
            UNREAD + r"$$\frac{\partial g_k}{\partial W_{ij}} = " + BOTH,
            "undecided",
        ),
        # D_{11} of the one matrix
        (r"$$g_k = \sum_j W_{kj} x_j$$ $$D_{11}g_1 = x_1$$", "proved"),
        (r"$$g_k = \sum_j W_{kj} x_j$$ $$D_{12}g_1 = x_1$$", "wrong"),
        # by s twice, not by a variance
        (r"$L = e^{s}$. $$\frac{\partial^2 L}{\partial s^2} = e^s$$", "proved"),
        (r"$L = e^{s}$. $$\frac{\partial^2 L}{\partial s^2} = e^{-s}$$", "wrong"),
        # f for one function after the other
        (r"ReLU: $f(x) = \max(0,x)$. PReLU: $f(y) = \max(0,y) + a\min(0,y)$", "definition"),
    ],
)
def test_what_was_misread(text: str, due: str) -> None:
    assert words(text)[-1] == due


def test_a_gradient_that_the_derivation_ends_with_is_used() -> None:
    found = checked("$z = w^Tx$\n\n$$dz = a - y$$\n\n$$dw = x\\,dz$$\n\n$$\\frac{dz}{dx} = w$$\n")
    assert not [f for f in found.findings if "dw is defined" in f.message]


SCORES = r"$$p_j = \frac{e^{f_j}}{\sum_k e^{f_k}}$$ $$L = -f_y + \log\sum_j e^{f_j}$$ "


def test_that_the_class_is_another_one_is_not_invented() -> None:
    assert not checked(SCORES + r"$$\frac{\partial L}{\partial f_j} = p_j$$").clean
    assert checked(SCORES + r"$$\frac{\partial L}{\partial f_j} = p_j, \quad j\neq y$$").clean


def test_an_entry_by_number_where_a_class_is_given_one_is_not_called_wrong() -> None:
    text = SCORES + r"For $j\neq y$, $\frac{\partial L}{\partial f_j} = p_j$." + "\n\n"
    row = r"$\frac{\partial L}{\partial f_2} = p_2-1$"
    assert words(text + row)[-1] == "wrong"
    assert words(text + "With 3 classes and $y=2$: " + row)[-1] == "undecided"


def test_a_new_sentence_behind_a_display_says_nothing_of_it() -> None:
    text = (
        SOFTMAX + f"If $i = j$,\n\n$$\n{D} = s_i(1-s_i)\n$$\n\nFor $i \\neq j$,\n\n$$\n{D} = -s_i s_j\n$$\n"
    )
    assert words(text)[-2:] == ["proved", "proved"]
    assert words(text.replace("-s_i s_j", "s_i s_j"))[-2:] == ["proved", "wrong"]


def test_a_sum_over_all_but_one_says_that_the_rest_differ() -> None:
    text = r"""$$L_i = \sum_{j\neq y_i} \max(0, w_j^Tx_i - w_{y_i}^Tx_i + \Delta)$$

$$\nabla_{w_j} L_i = \mathbb{1}(w_j^Tx_i - w_{y_i}^Tx_i + \Delta > 0) x_i$$
"""
    made = checked(text)
    assert made.clean
    assert words(text)[-1] == "proved"
    assert words(text.replace(r"> 0) x_i", r"> 0) w_j"))[-1] == "wrong"


#: A condition in a paragraph or a heading of its own, where no small letter tells what goes on.
PARAGRAPHS = [
    "当 $i=j$ 时：\n\n$${0}$$\n\n当 $i\\ne j$ 时：\n\n$${1}$$",
    "若 $i=j$，\n$${0}$$\n若 $i\\ne j$，\n$${1}$$",
    "### $i = j$\n\n$${0}$$\n\n### $i \\neq j$\n\n$${1}$$",
    "$$i = j$$\n\n$${0}$$\n\n$$i \\neq j$$\n\n$${1}$$",
    "### Case $i = j$\n\n* first\n\n$${0}$$\n\n### Case $i \\neq j$\n\n* then\n\n$${1}$$",
]


@pytest.mark.parametrize("text", PARAGRAPHS)
def test_a_condition_of_its_own_holds_for_what_follows(text: str) -> None:
    same, apart = (x.strip("$") for x in (SAME, APART))
    assert words(SOFTMAX + text.format(same, apart)) == ["definition", "proved", "proved"]
    assert words(SOFTMAX + text.format(apart, same)) == ["definition", "wrong", "wrong"]


def test_a_formula_in_chinese_prose_stands_in_its_sentence() -> None:
    assert [r.display for r in checked("其中 $x = y + z$ 是输入").rows] == [False]


@pytest.mark.parametrize("said", [r"Since $y_i^2 = 1$: ", ""])
@pytest.mark.parametrize(("sign", "word"), [("", "proved"), ("-", "wrong")])
def test_a_label_whose_square_is_one(said: str, sign: str, word: str) -> None:
    row = (
        rf"$$\frac{{\partial^2 J}}{{\partial w^2}} = {sign}\sum_i "
        r"\frac{e^{y_i x_i w}}{(1 + e^{y_i x_i w})^2} x_i^2 %s$$" % ("" if said else r"\quad (y_i^2 = 1)")
    )
    given = r"Let $J = \sum_i \log(1 + e^{-y_i x_i w})$. "
    assert words(given + said + row) == ["definition", word]


def test_no_row_is_assumed_in_itself() -> None:
    assert words(r"We have $$y_i^2 = 1$$") == []


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_an_equation_in_brackets_beside_a_row(sign: str, word: str) -> None:
    row = rf"$$p_k \sum_j y_j - y_k = p_k {sign} y_k \quad (\sum_j y_j = 1)$$"
    given = r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $L = -\sum_k y_k \log p_k$. "
    assert words(given + row) == ["definition", "definition", word]


def test_letters_that_are_compared_as_positions() -> None:
    text = r"$$p_o = \frac{e^{u_o}}{\sum_{w=1}^V e^{u_w}}$$ $$J = -u_o + \log \sum_{w=1}^V e^{u_w}$$"
    text += r"$$\frac{\partial J}{\partial u_o} = p_%s - 1$$"
    text += r"$$\frac{\partial J}{\partial u_w} = p_w, \quad \text{for all}\; w \neq o$$"
    assert words(text % "o")[2:4] == ["proved", "proved"]
    assert words(text % "w")[2] == "wrong"


@pytest.mark.parametrize("opens", ["For", "If", "When"])
def test_a_line_that_opens_with_a_condition_is_a_sentence(opens: str) -> None:
    text = SOFTMAX + f"{opens} $i = j$: {SAME}\n{opens} $i \\neq j$: %s"
    assert words(text % APART) == ["definition", "proved", "proved"]
    assert words(text % SAME) == ["definition", "proved", "wrong"]


@pytest.mark.parametrize("rest", ["the other classes", "나머지 토큰", "其余的类", "die übrigen Klassen"])
def test_the_others_of_a_list(rest: str) -> None:
    text = r"$$p_i=\frac{e^{z_i}}{\sum_j e^{z_j}},\qquad L=-\log p_t$$" + "\n\n"
    text += r"- true class ($i=t$): $\frac{\partial L}{\partial z_t} = p_t - 1$" + "\n"
    found = checked(text + rf"- {rest}: $\frac{{\partial L}}{{\partial z_i}} = p_i$").rows
    assert [r.word for r in found if r.word != "not a claim"] == [
        "definition",
        "definition",
        "proved",
        "proved",
    ]
    assert not found[-1].unstated
    assert words(text + rf"- {rest}: $\frac{{\partial L}}{{\partial z_i}} = p_t$")[-1] == "wrong"


@pytest.mark.parametrize(("row", "word"), [(r"y_j p_i", "proved"), (r"y_j p_j", "wrong")])
def test_a_sum_over_the_letter_that_is_not_the_one_at_hand(row: str, word: str) -> None:
    text = r"$$p_i=\frac{e^{z_i}}{\sum_j e^{z_j}}$$ $$L = -\sum_k y_k \log p_k$$ "
    text += rf"$$\frac{{\partial L}}{{\partial z_i}}= -y_i(1-p_i) + \sum_{{i \neq j}} {row}$$"
    assert words(text)[-1] == word


def test_all_but_the_last_do_not_add_up_to_one() -> None:
    text = r"Let $x_k = z_k / \sum_k z_k$. As $\sum_{k=1}^d x_k = 1$, we have $x_d = 1-\sum_{k=1}^{d-1} x_k$."
    assert "it is 0 for all values" not in {r.reason for r in checked(text).rows}


def test_cases_by_several_letters() -> None:
    text = SOFTMAX.replace("x", "z") + "1. $k = i = j$:\n\n$$\\frac{\\partial}{\\partial z_i}[s_i(1-s_i)] = "
    text += (
        "s_i(1-s_i)(1-2s_i)$$\n\n2. $k = i \\neq j$:\n\n$$\\frac{\\partial}{\\partial z_j}[s_i(1-s_i)] = %s$$"
    )
    assert words(text % "-s_i s_j (1-2s_i)")[-2:] == ["proved", "proved"]
    assert words(text % "-s_i s_j (1-2s_j)")[-1] == "wrong"


@pytest.mark.parametrize("quote", ["", "> "])
@pytest.mark.parametrize(
    "said", [("This depends on whether", "or", "When", ""), ("取决于是否", "或", "当", "时")]
)
def test_whether_says_no_condition(quote: str, said: tuple[str, str, str, str]) -> None:
    whether, other, when, then = said
    lines = [
        r"$$a_m = \frac{e^{z_m}}{\sum_k e^{z_k}}$$", "",
        r"$$J_{mn} = \frac{\partial a_m}{\partial z_n}$$", "",
        rf"{whether} $m = n$ {other} $m \neq n$:", "",
        f"{when} $m=n${then}: " + r"$J_{mn} = \frac{\partial a_m}{\partial z_m} = SIGNa_m (1 - a_m)$", "",
        rf"{when} $m \neq n${then}: " + r"$J_{mn} = -a_m a_n$",
    ]  # fmt: skip
    text = "\n".join(f"{quote}{x}" for x in lines)
    assert words(text.replace("SIGN", ""))[2:] == ["proved", "proved", "proved"]
    assert words(text.replace("SIGN", "-"))[2:] == ["proved", "wrong", "proved"]
