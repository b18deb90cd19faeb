"""How much of outside numbers the signed-in person sees (CC-24): hidden for ordinary agents only."""

from callroom.actions.users import Role
from callroom.core.numbers import Visibility
from callroom.store.tables import User


def sight_into_numbers(me: User) -> Visibility:
    return Visibility(me.number_visibility) if me.role == Role.AGENT else Visibility.FULL
