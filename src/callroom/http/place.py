"""Where the site is, which numbers are read by."""

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.store.tables import Setting

KEY = "site"


async def place_of(session: AsyncSession) -> tuple[str, str]:
    """The site's country (ISO code) and area code ("" when none is set)."""
    row = await session.get(Setting, KEY)
    value = row.value if row else {}
    return str(value.get("country") or "CN"), str(value.get("area_code") or "")
