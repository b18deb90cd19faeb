"""Lists of public holidays that come with Callroom, as plain files; each is published for one year at a time."""

from pathlib import Path

_NAMES = {"cn-2026": ("2026 年中国法定节假日与调休", "China 2026, holidays and make-up working days")}


def holiday_lists() -> list[tuple[str, str, str, str]]:
    """Id, Chinese and English name, and the text of each list, the newest first."""
    folder = Path(__file__).parent
    return [
        (id, *names, (folder / f"{id}.csv").read_text("utf-8")) for id, names in sorted(_NAMES.items(), reverse=True)
    ]
