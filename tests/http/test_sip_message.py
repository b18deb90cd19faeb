"""In whose name a SIP message speaks, and that nothing unusual passes."""

import pytest

from callroom.http.sip_message import ForeignName, Gate, NotOneMessage


def request(method: str = "REGISTER", sender: str = "dev1", to: str = "<sip:dev1@callroom>", **more: str) -> str:
    body = more.pop("body", "")
    lines = {
        "Via": "SIP/2.0/WS x.invalid;branch=z9hG4bK1",
        "To": to,
        "From": f'"安娜" <sip:{sender}@callroom>;tag=a1',
        "Call-ID": "c1",
        "CSeq": f"1 {method}",
        "Contact": '<sip:k3j4@x.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:1-2>";expires=300',
        "Content-Length": str(len(body.encode())),
    } | more
    return f"{method} sip:callroom SIP/2.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n" + body


def test_own_device_passes_and_responses_need_no_name():
    gate = Gate("dev1")
    assert gate.check(request()) == "REGISTER"
    assert gate.check(request("INVITE", to="<sip:13800000000@callroom>", body="v=0\r\n名")) == "INVITE"
    assert gate.check("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n") == ""


@pytest.mark.parametrize(
    "frame",
    [
        request(sender="dev2"),
        request(to="<sip:dev2@callroom>"),
        request("INVITE", sender="dev2"),
        request("BYE", sender="k3j4"),  # outside a dialog a contact is nobody
        request("BYE", sender="other", to="<sip:x@callroom>;tag=b"),
        request(sender="%64ev1"),  # the engine would read dev1; whoever writes it so wants something
    ],
)
def test_other_names_are_refused(frame: str):
    gate = Gate("dev1")
    gate.check(request())
    with pytest.raises((ForeignName, NotOneMessage)):
        gate.check(frame)


def test_a_page_ends_its_call_under_the_name_the_engine_rang():
    gate = Gate("dev1")
    gate.check(request())
    assert gate.check(request("BYE", sender="k3j4", to='"Ana" <sip:8001@callroom>;tag=b')) == "BYE"


GOOD = request()


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello\r\n\r\n",
        GOOD[:-4],
        GOOD + GOOD,  # a second message behind the first
        GOOD.replace("Content-Length: 0", "Content-Length: 0\r\nContent-Length: 0"),
        GOOD.replace("Content-Length: 0\r\n", ""),
        GOOD.replace("Call-ID: c1", "Call-ID: c1\nFrom: <sip:dev2@callroom>;tag=z"),
        GOOD.replace("Call-ID: c1", "Call-ID: c1\rFrom: <sip:dev2@callroom>;tag=z"),
        GOOD.replace("Call-ID: c1", "Call-ID: c1\r\n From: <sip:dev2@callroom>;tag=z"),
        GOOD.replace("Call-ID: c1", "Call-ID: c1\r\nf: <sip:dev2@callroom>;tag=z"),
        GOOD.replace("Call-ID: c1", "Call-ID: c1\r\nFrom: <sip:dev2@callroom>;tag=z"),
        GOOD.replace("Call-ID: c1", "Call-ID: c1\x00"),
        request(**{"From": '"x" <sip:dev1@a>, <sip:dev2@b>;tag=1'}),
        request(**{"From": '"<sip:dev1@a>;tag=1'}),
        request(**{"From": "<sip:dev1@a><sip:dev2@b>"}),
        request("BYE", to='<sip:x@y>;p=">;tag=1"'),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(frame: str):
    with pytest.raises(NotOneMessage):
        Gate("dev1").check(frame)


def test_a_quoted_name_does_not_count_as_the_address():
    sender = '"<sip:dev1@callroom>;tag=1" <sip:dev2@callroom>;tag=2'
    with pytest.raises(ForeignName) as refused:
        Gate("dev1").check(request(**{"From": sender}))
    assert refused.value.claimed == "dev2"
