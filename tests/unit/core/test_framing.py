"""What a page says of being framed is understood as browsers understand it."""

import pytest

from callroom.core.framing import origin_of, refuses

PAGE, OWN = "https://crm.example.com", "https://pbx.example.com:8443"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://crm.example.com/find?n=1", "https://crm.example.com"),
        ("http://CRM.example.com:80", "http://crm.example.com"),
        ("http://10.0.0.7:8080/x", "http://10.0.0.7:8080"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_origin_of_an_address(address: str, origin: str):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("policy", "options", "refused"),
    [
        ("", "", False),
        ("", "DENY", True),
        ("", "sameorigin", True),
        ("default-src 'self'", "", False),
        ("frame-ancestors 'none'", "", True),
        ("default-src 'self'; frame-ancestors 'self'", "", True),
        ("frame-ancestors *", "DENY", False),  # the policy counts instead
        ("frame-ancestors https://pbx.example.com:8443", "", False),
        ("frame-ancestors https://pbx.example.com", "", True),
        ("frame-ancestors https://pbx.example.com:*", "", False),
        ("Frame-Ancestors 'self' *.example.com:8443", "", False),
        ("frame-ancestors *.example.org:8443", "", True),
        ("frame-ancestors https:", "", False),
        ("frame-ancestors", "", True),
    ],
)
def test_who_may_frame_a_page(policy: str, options: str, refused: bool):
    assert refuses({"content-security-policy": policy, "x-frame-options": options}, PAGE, OWN) is refused


def test_a_page_of_our_own_may_be_framed_where_it_allows_itself():
    assert not refuses({"x-frame-options": "SAMEORIGIN"}, OWN, OWN)
    assert not refuses({"content-security-policy": "frame-ancestors 'self'"}, OWN, OWN)
