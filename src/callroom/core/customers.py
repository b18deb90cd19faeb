"""What of a customer is found by searching: by any part of the open texts, by numbers, by masked fields, by whole
values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callroom.core.fields import Field, FieldType, Place, Stored, unique_key
from callroom.core.numbers import Visibility, digits_of, hidden_within
from callroom.core.search import MASKED, NUMBER, characters_of, facet, marked, plain, tokens_of, tokens_of_number

READABLE = frozenset({FieldType.LINE, FieldType.TEXT, FieldType.EMAIL, FieldType.NUMBER})
CHOSEN = frozenset({FieldType.CHOICE, FieldType.CHOICES})
MOST_PHONES, MOST_TAGS = 20, 30  # of a customer


@dataclass(frozen=True, slots=True)
class Phone:
    """``number`` normalised; the one to dial first comes first. ``id``: of one that the customer has already."""

    number: str
    label: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The site's fields of customers by id, in their order; ``changing``: those that get another type just now."""

    fields: dict[str, Field]
    place: Place
    changing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Searched:
    """``name``: by which lists are in order; numbers in it are left out, whose order would tell of them. ``text``: what
    everybody may find, a value a line; ``numbers``: digits, each between line ends; ``masked``: what agents may not;
    ``tokens`` of all of them, parted by spaces."""

    name: str
    text: str
    numbers: str
    masked: str
    tokens: str


@dataclass(frozen=True, slots=True)
class Filing:
    """What a customer is sorted by."""

    tags: Sequence[str] = ()
    owner: str | None = None
    tier: int = 0
    stage: str = "new"
    do_not_call: bool = False
    no_mail: bool = False


def searched(
    fields: Mapping[str, Field],
    name: str,
    texts: Iterable[str],
    phones: Iterable[str],
    values: Mapping[str, Stored],
    filing: Filing,
) -> Searched:
    """``texts``: company, memo; ``phones`` normalised; ``values`` by id of field."""
    lines = [plain(one) for one in (name, *texts, *filing.tags) if one]
    numbers = list(phones)
    masked: list[str] = []
    tokens = {facet("tag", plain(tag)) for tag in filing.tags}
    tokens.add(facet("tier", str(filing.tier)))
    tokens.add(facet("stage", filing.stage))
    if filing.owner:
        tokens.add(facet("owner", filing.owner))
    if filing.do_not_call:
        tokens.add(facet("do_not_call", "1"))
    if filing.no_mail:
        tokens.add(facet("no_mail", "1"))
    for id, value in values.items():
        field = fields.get(id)
        if field is None or value is None:
            continue
        tokens.update(facets_of(field, value))
        if field.masked:
            if field.type in READABLE or field.type is FieldType.PHONE:
                masked.append(plain(str(value)))
        elif field.type is FieldType.PHONE:
            numbers.append(str(value))
        elif field.type in READABLE:
            lines.append(plain(str(value)))
    tokens.update(facet("phone", number) for number in numbers)
    digits = list(dict.fromkeys(digits_of(number) for number in numbers))
    text, hidden = "\n".join(lines), "\n".join(masked)
    digit_lines = "\n".join(["", *digits, ""]) if digits else ""
    tokens.update(characters_of(name))
    tokens.update(tokens_of(text))
    for number in digits:
        tokens.update(marked(NUMBER, tokens_of_number(number)))
    if hidden:
        tokens.update(marked(MASKED, tokens_of(hidden)))
    return Searched(hidden_within(name, Visibility.NAME), text, digit_lines, hidden, " ".join(tokens))


def facets_of(field: Field, value: Stored) -> list[str]:
    """The tokens by which a whole value of a field is found; of several choices one each."""
    if field.type in CHOSEN:
        chosen = value if isinstance(value, list) else [str(value)]
        return [facet(f"field {field.id}", one) for one in chosen]
    key = unique_key(field, value)
    return [] if key is None else [facet(f"field {field.id}", key)]
