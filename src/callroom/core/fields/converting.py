"""What becomes of a value when the type of its field is changed."""

from dataclasses import replace

from callroom.core.fields.model import Field, FieldType, Place, Stored, Wrong
from callroom.core.fields.reading import parsed
from callroom.core.fields.writing import Language, shown

_CHOOSING = (FieldType.CHOICE, FieldType.CHOICES)


def converted(value: Stored, before: Field, after: Field, place: Place, language: Language = "zh") -> Stored | Wrong:
    """``value`` of the field as it was, as the changed field keeps it; ``Wrong`` where it cannot.

    An empty value stays empty, also where the changed field is required: that holds for what is written from now on.
    """
    optional = replace(after, required=False)
    if before.type is after.type and before.type not in _CHOOSING:
        return parsed(optional, value, place, former=value)
    if before.type in _CHOOSING and after.type in _CHOOSING:
        return _other_options(value, before, optional, place)
    return parsed(optional, shown(before, value, language, place), place)


def _other_options(value: Stored, before: Field, after: Field, place: Place) -> Stored | Wrong:
    """An option that both know by id stays, another one is looked for by its label."""
    ids = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    named = [
        one if after.option(one) else shown(replace(before, type=FieldType.CHOICE), one, "zh", place) for one in ids
    ]
    if after.type is FieldType.CHOICES:
        return parsed(after, named, place, former=list(ids))
    if len(named) > 1:
        return Wrong("one_choice_only")
    return parsed(after, named[0] if named else None, place, former=ids[0] if ids else None)
