"""Which browser holds a phone, whatever order pages come and go in."""

from hypothesis import given
from hypothesis import strategies as st

from callroom.http.holders import Holder, Holders

STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["ask", "take", "leave"])), max_size=30)


@given(STEPS)
def test_one_browser_holds_it_and_who_lost_it_is_told(steps: list[tuple[str, str]]):
    """A browser may have several pages: it reloads before its former page is known to be gone."""
    holders, pages = Holders(), list[Holder]()
    for browser, step in steps:
        mine = [page for page in pages if page.browser == browser]
        if step == "leave":
            for page in mine[:1]:
                holders.release(page)
                pages.remove(page)
            continue
        made = holders.claim("phone", browser, take=step == "take")
        assert made is not None or step == "ask", "taking always works"
        if made is not None:
            pages.append(made)
        holding = {page.browser for page in pages if not page.lost.is_set()}
        assert len(holding) <= 1, holding
        assert step != "take" or holding == {browser}


def test_a_page_that_leaves_late_takes_nothing_from_its_successor():
    holders = Holders()
    former = holders.claim("phone", "a", take=False)
    present = holders.claim("phone", "a", take=False)
    assert former is not None and present is not None
    holders.release(former)
    assert holders.claim("phone", "b", take=False) is None
    holders.release(present)
    assert holders.claim("phone", "b", take=False) is not None
