"""Customers found by what they are: words anywhere, numbers, whole values, ranges; in pages of any allowed order.

An index of tokens (``core/search``) gives the candidates, the texts themselves decide. SQLite keeps it in an FTS5 table
that triggers fill, in the order of making; PostgreSQL in a tsvector beside the row, in no order. Where the order is not
the index's own there are two ways: few candidates are sorted, many are found soon enough by going along the order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, cast, column, false, func, literal, not_, or_, select, table, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.numbers import country_code, digits_of, search_forms
from callroom.core.search import MASKED, NUMBER, Term, characters_of, facet, marked, number_term, terms_of
from callroom.store.database import on_postgresql
from callroom.store.tables import Customer
from callroom.store.texts import has_part, holds_number

Sort = Literal["name", "created_at", "updated_at", "tier"]
SORTS: dict[str, Any] = {
    "name": Customer.search_name,
    "created_at": Customer.seq,
    "updated_at": Customer.updated_at,
    "tier": Customer.tier,
}
FEW = 2_000  # candidates are sorted, more are walked along the order
PROBE = 1_000  # of PostgreSQL's candidates are sorted; more, found in the order of making, nearly, tell how many
SHORTEST_NUMBER = 7  # digits of one that is found as a whole where digits are hidden
TELLING = 3  # digits that tell of a number
_INDEX = table("customer_search", column("rowid"), column("customer_search"))


@dataclass(frozen=True, slots=True)
class Sight:
    """What may be found: ``numbers`` by any of their digits, else as a whole only; what stands in ``masked`` fields."""

    numbers: bool = True
    masked: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """``q``: words that all must be found; ``facets``: tokens of whole values, of each group one must be there;
    ``conditions``: further ones on the row itself; ``without``: facets of which no group may be there."""

    q: str = ""
    facets: Sequence[Sequence[str]] = ()
    conditions: Sequence[ColumnElement[bool]] = field(default=())
    deleted: bool = False
    without: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a word may be found: all ``tokens`` (or what ``begins`` with them) are in the index and
    ``stands`` holds on the row. ``telling``: few rows have them."""

    tokens: tuple[str, ...]
    begins: bool
    stands: ColumnElement[bool]
    telling: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What is wanted as the database is asked: ``index`` in words of the index ("" where it cannot help), ``where`` of
    the row, which alone is enough."""

    index: str
    where: tuple[ColumnElement[bool], ...]


def search_for(wanted: Wanted, sight: Sight, place: tuple[str, str], *, postgresql: bool) -> Search:
    """``place``: country and area code, by which numbers are meant."""
    asked: list[str] = []
    where: list[ColumnElement[bool]] = [
        Customer.deleted_at.is_not(None) if wanted.deleted else Customer.deleted_at.is_(None)
    ]
    words = _words(wanted.q, sight, place, postgresql=postgresql)
    where += [or_(false(), *(way.stands for way in ways)) for ways in words]
    helpful = [ways for ways in words if ways and all(way.tokens for way in ways)]
    # beginnings of tokens stand in many rows: they are looked up only when there is nothing better
    telling = [ways for ways in helpful if all(way.telling for way in ways)]
    asked += [_any(ways, postgresql=postgresql) for ways in telling or helpful]
    for group in wanted.facets:
        where.append(or_(*(_has_facet(one, postgresql=postgresql) for one in group)))
        ways = [_Way((one,), False, where[-1], telling=True) for one in group]
        asked.append(_any(ways, postgresql=postgresql))
    where += [not_(or_(*(_has_facet(one, postgresql=postgresql) for one in group))) for group in wanted.without]
    where += wanted.conditions
    return Search((" & " if postgresql else " AND ").join(asked), tuple(where))


def all_of(found: Search, *, postgresql: bool) -> Select[int]:
    """The numbers (``seq``) of all that are found."""
    query = select(Customer.seq).where(*found.where)
    if not found.index:
        return query
    if postgresql:
        return query.where(_fits(found.index))
    return query.join(_INDEX, _INDEX.c.rowid == Customer.seq).where(_match(found.index))


async def page_of(
    session: AsyncSession,
    found: Search,
    *,
    sort: Sort,
    down: bool,
    after: tuple[Any, int] | None,
    limit: int,
) -> list[Customer]:
    """The next ``limit`` customers in the order, ``after`` the value and number of the last one seen."""
    postgresql = on_postgresql(session)
    wanted = _ordered(select(Customer).where(*found.where), sort, down=down, after=after).limit(limit)
    if not found.index:
        return list(await session.scalars(wanted))
    if not postgresql and sort == "created_at":  # the index itself is in this order
        query = wanted.join(_INDEX, _INDEX.c.rowid == Customer.seq).where(_match(found.index))
        query = query.order_by(None).order_by(_INDEX.c.rowid.desc() if down else _INDEX.c.rowid)
        if after is not None:
            query = query.where(_INDEX.c.rowid < after[1] if down else _INDEX.c.rowid > after[1])
        return list(await session.scalars(query))
    if postgresql:
        return await _on_postgresql(session, found, wanted, sort, down, after, limit)
    matching = select(_INDEX.c.rowid).where(_match(found.index)).limit(FEW + 1)
    candidates = list(await session.scalars(matching))
    if len(candidates) <= FEW:
        wanted = wanted.where(Customer.seq.in_(candidates))
    return list(await session.scalars(wanted))


async def _on_postgresql(
    session: AsyncSession,
    found: Search,
    walking: Select[Customer],
    sort: Sort,
    down: bool,
    after: tuple[Any, int] | None,
    limit: int,
) -> list[Customer]:
    """Few candidates are sorted in the one question that finds them. Of many the shorter way is gone: the database's
    own guess, which takes tokens for independent of one another, is often far off."""
    fits = and_(*found.where).label("fits")
    some = select(Customer.seq, SORTS[sort].label("by"), fits).where(_fits(found.index)).limit(PROBE + 1)
    candidate = some.cte("candidates").prefix_with("MATERIALIZED").c
    fitting = func.count().filter(candidate.fits)
    told = select(func.count().label("all"), fitting.label("fitting"), func.max(candidate.seq).label("last")).cte()
    first = _further(select(candidate.seq).where(candidate.fits), sort, candidate, down=down, after=after)
    page = first.order_by(*_order(sort, candidate, down=down)).limit(limit).cte()
    asked = (
        select(Customer, *told.c)
        .select_from(told)
        .outerjoin(page, true())
        .outerjoin(Customer, Customer.seq == page.c.seq)
    )
    rows: list[Any] = list(await session.execute(asked.order_by(*_order(sort, Customer, down=down))))
    probed = _Probed(*rows[0][1:])
    if probed.candidates <= PROBE:
        return [row[0] for row in rows if row[0] is not None]
    whole = await session.scalar(select(func.max(Customer.seq))) or probed.last
    candidates = probed.candidates * whole / probed.last
    fitting = candidates * (1 + probed.fitting) / probed.candidates
    if not walking_is_shorter(candidates, walked=limit * whole / fitting):
        every = select(Customer.seq, SORTS[sort].label("by")).where(*found.where, _fits(found.index))
        candidate = every.cte("candidates").prefix_with("MATERIALIZED").c
        first = _further(select(candidate.seq), sort, candidate, down=down, after=after)
        walking = walking.where(Customer.seq.in_(first.order_by(*_order(sort, candidate, down=down)).limit(limit)))
    return list(await session.scalars(walking))


class _Probed(NamedTuple):
    """How many candidates were looked at, how many of them are found, and the greatest number (``seq``) of one."""

    candidates: int
    fitting: int
    last: int


def walking_is_shorter(candidates: float, walked: float) -> bool:
    """Candidates lie scattered: reading one takes as long as reading a few rows that follow one another."""
    return candidates * 3 > walked


def _ordered(query: Select[Customer], sort: Sort, *, down: bool, after: tuple[Any, int] | None) -> Select[Customer]:
    return _further(query.order_by(*_order(sort, Customer, down=down)), sort, Customer, down=down, after=after)


def _by(sort: Sort, of: Any) -> Any:
    """What it is sorted by, of customers or of candidates."""
    return SORTS[sort] if of is Customer else of.by


def _order(sort: Sort, of: Any, *, down: bool) -> list[Any]:
    columns = [of.seq] if sort == "created_at" else [_by(sort, of), of.seq]
    return [one.desc() if down else one for one in columns]


def _further(query: Any, sort: Sort, of: Any, *, down: bool, after: tuple[Any, int] | None) -> Any:
    """Only what comes ``after`` in the order."""
    if after is None:
        return query
    by, seq = _by(sort, of), of.seq
    value, last = after
    further = seq < last if down else seq > last
    if sort == "created_at":
        return query.where(further)
    return query.where(or_(by < value if down else by > value, and_(by == value, further)))


# ---------------------------------------------------------------- words


def _words(q: str, sight: Sight, place: tuple[str, str], *, postgresql: bool) -> list[list[_Way]]:
    words = terms_of(q)
    number = "".join(q.split())
    if len(words) > 1 and len(digits_of(number)) >= SHORTEST_NUMBER and not _has_letters(number):
        words = terms_of(number)  # 138 0013 8000
    if len(number) == 1 and number.isalnum():
        return [[_in_name(number, sight, postgresql=postgresql)]]
    return [
        [_in_name(word.text, sight, postgresql=postgresql)]
        if len(word.text) == 1 and word.text.isalpha() and not word.text.isascii()
        else _ways(word, sight, place)
        for word in words
    ]


def _in_name(character: str, sight: Sight, *, postgresql: bool) -> _Way:
    """A character alone stands in too many texts for the index to help: names only are looked through."""
    tokens = tuple(characters_of(character))
    stands = and_(*(_has_facet(one, postgresql=postgresql) for one in tokens))
    return _Way(tokens, False, stands & _may_tell(Customer.name, character, sight), telling=True)


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _ways(word: Term, sight: Sight, place: tuple[str, str]) -> list[_Way]:
    short = (has_part(text, word.text, numbers=sight.numbers) for text in (Customer.name, Customer.company))
    told = or_(_may_tell(Customer.search_text, word.text, sight), *short)
    ways = [_in_text(_useful(word), word, _stands(Customer.search_text, word.text) & told)]
    if sight.masked:
        stands = _stands(Customer.search_masked, word.text)
        ways.append(_in_text(tuple(marked(MASKED, _useful(word))), word, stands))
    if not digits_of(word.text) or _has_letters(word.text):
        return ways
    forms = search_forms(word.text, *place)
    if sight.numbers:
        ways += _in_numbers(digits_of(word.text), forms, country_code(place[0]))
    elif len(digits_of(word.text)) >= SHORTEST_NUMBER:
        for form in forms:
            for number in (form, f"+{form}"):
                whole = _stands(Customer.search_numbers, f"\n{form}\n")
                ways.append(_Way((facet("phone", number),), False, whole, telling=True))
    return ways


def _may_tell(text: Any, word: str, sight: Sight) -> ColumnElement[bool]:
    """Whether ``text`` may say that ``word`` stands in it: digits could be those of a number that is hidden."""
    return true() if sight.numbers or not digits_of(word) else not_(holds_number(text))


def _in_text(tokens: tuple[str, ...], word: Term, stands: ColumnElement[bool]) -> _Way:
    return _Way(tokens, word.begins, stands, telling=not word.begins)


def _in_numbers(typed: str, forms: Sequence[str], code: str) -> Iterator[_Way]:
    """A zero before what is ``typed`` is the one that is dialled within the country: the rest begins a number."""
    for form in forms:
        begins = form != typed and typed.startswith("0")
        digits = code + form if begins and not typed.startswith("00") and not form.startswith(code) else form
        if form != typed and len(digits) < TELLING:  # 0081 is not 81
            continue
        stands = _stands(Customer.search_numbers, f"\n{digits}" if begins else digits)
        part = number_term(digits)
        useful = () if len(digits) < TELLING else _telling(part.tokens, code)
        yield _Way(tuple(marked(NUMBER, useful)), part.begins, stands, telling=True)


def _useful(word: Term) -> tuple[str, ...]:
    """One or two digits stand in so many rows that going through them is faster than the index."""
    return () if word.begins and word.text.isascii() and word.text.isdigit() else word.tokens


def _telling(tokens: tuple[str, ...], code: str) -> tuple[str, ...]:
    """Those but the ones with which nearly all numbers begin, if there are any."""
    return tuple(one for one in tokens if not one.startswith(code)) or tokens


def _stands(where: Any, what: str) -> ColumnElement[bool]:
    return where.contains(what, autoescape=True)


def _has_facet(token: str, *, postgresql: bool) -> ColumnElement[bool]:
    return _fits(f"'{token}'") if postgresql else Customer.search_tokens.contains(token)


def _any(ways: Sequence[_Way], *, postgresql: bool) -> str:
    both, one = (" & ", " | ") if postgresql else (" AND ", " OR ")
    alternatives = dict.fromkeys(
        "(" + both.join(_word(token, begins=way.begins, postgresql=postgresql) for token in way.tokens) + ")"
        for way in ways
    )
    return "(" + one.join(alternatives) + ")"


def _word(token: str, *, begins: bool, postgresql: bool) -> str:
    if postgresql:
        return f"'{token}':*" if begins else f"'{token}'"
    return f'"{token}" *' if begins else f'"{token}"'


def _match(index: str) -> ColumnElement[bool]:
    return _INDEX.c.customer_search.op("MATCH", is_comparison=True)(index)


def _fits(index: str) -> ColumnElement[bool]:
    return Customer.search_tokens.op("@@", is_comparison=True)(cast(literal(index), TSQUERY))


def place_of(sort: Sort, row: Customer) -> tuple[Any, int]:
    """Where a row stands in an order: what comes after it is the next page."""
    return getattr(row, SORTS[sort].key), row.seq


def value_for(sort: Sort, row: Customer) -> str:
    """What of the row the cursor of the next page carries; nothing that who asks might not see."""
    value, _ = place_of(sort, row)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def value_from(sort: Sort, text: str) -> Any:
    """Raises ``ValueError`` for what no page gave."""
    if sort == "name":
        return text
    if sort == "updated_at":
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(text)
        return at
    number = int(text)
    if abs(number) >= 1 << 62:
        raise ValueError(text)
    return number
