"""Which route a call takes."""

import pytest

from callroom.core.ids import QueueId, TrunkId
from callroom.core.routing.matching import Line, Refusal, WayOut, choose_inbound, choose_outbound, is_pattern, matches
from callroom.core.routing.model import (
    BadDestination,
    DialPermission,
    InboundRoute,
    OutboundRoute,
    ToHangUp,
    ToQueue,
    as_document,
    destination_from,
)

CITY, FAR = TrunkId("city"), TrunkId("far")


@pytest.mark.parametrize(
    ("pattern", "number", "fits"),
    [
        ("88001", "88001", True),
        ("88001", "880012", False),
        ("880XX", "88042", True),
        ("0Z.", "0105", True),
        ("0Z.", "00123", False),
        ("0Z.", "01", False),
        ("0Z!", "01", True),
        ("N", "1", False),
        ("+86.", "+8613800138000", True),
        ("", "anything", True),
    ],
)
def test_patterns(pattern: str, number: str, fits: bool):
    assert is_pattern(pattern)
    assert matches(pattern, number) is fits


@pytest.mark.parametrize("text", ["8(0)", ".8", "8.8", "A", "[1-3]"])
def test_what_is_no_pattern(text: str):
    assert not is_pattern(text)


def test_the_most_specific_number_in_wins():
    def to(name: str) -> ToQueue:
        return ToQueue(QueueId(name))

    routes = [
        InboundRoute("1", "all", to("all")),
        InboundRoute("2", "range", to("range"), did="880XX"),
        InboundRoute("3", "one", to("one"), did="88001"),
        InboundRoute("4", "friend", to("friend"), did="88001", caller="139."),
        InboundRoute("5", "far", to("far"), trunk=FAR),
    ]

    def chosen(trunk: TrunkId, did: str, caller: str = "1") -> str:
        route = choose_inbound(routes, trunk=trunk, did=did, caller=caller)
        assert route is not None
        return route.name

    assert chosen(CITY, "88001") == "one"
    assert chosen(CITY, "88001", "13912345678") == "friend"
    assert chosen(CITY, "88042") == "range"
    assert chosen(CITY, "5") == "all"
    assert chosen(FAR, "5") == "far"
    assert choose_inbound(routes[1:4], trunk=CITY, did="5", caller="1") is None


def test_routes_out_fall_back_in_order_and_rewrite_the_number():
    routes = [
        OutboundRoute("1", "abroad", "00.", (FAR,), DialPermission.INTERNATIONAL, position=0),
        OutboundRoute(
            "2", "outside line", "9.", (CITY, FAR), DialPermission.LOCAL, position=1, strip=1, prepend="0571"
        ),
    ]

    def out(number: str, may: DialPermission, needs: DialPermission = DialPermission.LOCAL) -> WayOut | Refusal:
        return choose_outbound(routes, number, permission=may, needed=needs)

    found = out("988001", DialPermission.LOCAL)
    assert isinstance(found, WayOut)
    assert found.lines == (Line(CITY, "057188001"), Line(FAR, "057188001"))
    assert out("0044123", DialPermission.NATIONAL) is Refusal.NOT_PERMITTED
    assert out("988001", DialPermission.LOCAL, DialPermission.NATIONAL) is Refusal.NOT_PERMITTED
    assert out("5", DialPermission.INTERNATIONAL) is Refusal.NO_ROUTE
    emergency = choose_outbound(
        routes, "9110", permission=DialPermission.INTERNAL, needed=DialPermission.LOCAL, emergency=True
    )
    assert isinstance(emergency, WayOut)


def test_destinations_are_read_strictly():
    assert destination_from({"kind": "queue", "id": "q1"}) == ToQueue(QueueId("q1"))
    assert as_document(ToHangUp()) == {"kind": "hang_up"}
    for wrong in ({}, {"kind": "queue"}, {"kind": "moon"}, {"kind": "hang_up", "id": "x"}):
        with pytest.raises(BadDestination):
            destination_from(wrong)
