"""Every part of a text is found by its tokens, and two-character names are tokens of their own."""

import re

from hypothesis import given
from hypothesis import strategies as st

from callroom.core.search import characters_of, facet, number_term, plain, term, terms_of, tokens_of, tokens_of_number

TEXTS = st.text(st.sampled_from("王小明北京abc0138 -_.,ÅßＡ号あ"), max_size=30)


def test_tokens_of_names_and_numbers():
    assert list(tokens_of("王小明")) == ["王小", "小明", "明"]
    assert list(tokens_of("13800")) == ["138", "380", "800", "00", "0"]
    assert list(tokens_of("ab-王c")) == ["ab", "b", "王", "王c", "c"]
    assert list(tokens_of("路8号")) == ["路", "路8", "8", "8号", "号"]
    assert tokens_of_number("13800") == ["1380", "3800", "800", "00", "0"]


@given(st.text(st.sampled_from("王小明北京abcé0138٣"), min_size=1, max_size=12))
def test_every_place_of_a_run_begins_a_token(text: str):
    for run in re.findall(r"[王小明北京]+|[abcé0138٣]+", text):
        size = 2 if run[0] in "王小明北京" else 3
        assert {run[at : at + size] for at in range(len(run))} <= set(tokens_of(text))
        assert tokens_of(run) == [run[at : at + size] for at in range(len(run))]


def test_words_of_a_query():
    (name, number, short) = terms_of("王小明  Ｂ138 x")
    assert name.tokens == ("王小", "小明")
    assert (number.text, number.tokens) == ("b138", ("b13", "138"))
    assert (short.tokens, short.begins) == (("x",), True)
    assert term("--").tokens == ()
    assert term("12345678901").tokens == ("123", "567", "901")
    assert set(characters_of("王小A 明")) == {"~王", "~小", "~a", "~明"}
    assert terms_of(" ") == []
    (house,) = terms_of("学府路8")
    assert house.tokens == ("学府", "府路", "路8")


@given(st.text("0123", min_size=1, max_size=13), st.data())
def test_whatever_stands_in_a_number_has_its_tokens_there(number: str, data: st.DataObject):
    begin = data.draw(st.integers(0, len(number) - 1))
    part = number[begin : data.draw(st.integers(begin + 1, len(number)))]
    wanted, there = number_term(part), set(tokens_of_number(number))
    if wanted.begins:
        assert any(token.startswith(wanted.tokens) for token in there)
    else:
        assert there >= set(wanted.tokens)


@given(TEXTS, st.data())
def test_whatever_stands_in_a_text_has_its_tokens_there(text: str, data: st.DataObject):
    whole = plain(text)
    begin = data.draw(st.integers(0, len(whole)))
    part = whole[begin : data.draw(st.integers(begin, len(whole)))]
    there = set(tokens_of(whole))
    for wanted in terms_of(part):
        assert wanted.text in whole
        if wanted.begins:
            assert any(token.startswith(wanted.tokens) for token in there)
        else:
            assert there >= set(wanted.tokens)


@given(TEXTS, TEXTS)
def test_whole_values_have_tokens_of_their_own(one: str, other: str):
    assert (facet("tag", one) == facet("tag", other)) == (one == other)
    assert facet("tag", one) != facet("owner", one)
