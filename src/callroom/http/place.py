"""Where the site is, which numbers are read by."""

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.settings import read_settings


async def place_of(session: AsyncSession) -> tuple[str, str]:
    """The site's country (ISO code) and area code ("" when none is set)."""
    settings, _ = await read_settings(session)
    return settings["country"], settings["area_code"]
