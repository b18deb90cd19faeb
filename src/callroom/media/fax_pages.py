"""Pages between PDF and the fax machine's TIFF (ITU-T T.4: 1728 dots across 215 mm, 196 lines an inch when fine).

A PDF comes from outside and is read by a library in C: ``aside`` does all of it in a process of its own, which may
crash, hang or eat memory without harm.
"""

import asyncio
import io
import math
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
import pypdfium2
import structlog
from PIL import Image, ImageDraw, ImageFont, ImageSequence, TiffImagePlugin

from callroom.errors import CallroomError

log = structlog.get_logger(__name__)
WIDTH, HEIGHT = 1728, 2292  # dots of an A4 page
ACROSS, DOWN = 204, 196  # dots an inch
MOST_PAGES = 100
LONGEST_COVER = 120  # characters
_LATEST = 240.0  # seconds for one document
_MEMORY = 3 << 30  # bytes
_PNG = b"\x89PNG"
_COVER_SIZE, _COVER_MARGIN = 40, 60  # dots
_GREY_SHARE = 0.12  # of a page's dots: more is a picture, which needs dots of its own making; less is writing
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Light.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)


@dataclass
class NotAPdf(CallroomError):
    """The file holds no PDF that can be read."""


@dataclass
class LockedPdf(CallroomError):
    """The PDF asks for a password."""


@dataclass
class TooManyPages(CallroomError):
    pages: int
    most: int


@dataclass
class CoverNotWritable(CallroomError):
    """This machine has no font for a character of the cover line."""


class _Done(msgspec.Struct):
    pages: int = 0
    fault: Literal["", "not_a_pdf", "locked", "too_many", "cover"] = ""


async def count(pdf: Path, cover: str = "") -> int:
    """The pages of a PDF. Raises ``NotAPdf``, ``LockedPdf``, ``TooManyPages``, ``CoverNotWritable``."""
    return await _aside("count", str(pdf), cover)


async def to_tiff(pdf: Path, tiff: Path, *, cover: str = "") -> int:
    """Write a PDF's pages as a fax machine sends them, the cover line at the top of the first; how many there are.

    ``tiff`` appears only when whole. Raises as ``count``."""
    return await _aside("send", str(pdf), str(tiff), cover)


async def to_pdf(tiff: Path, pdf: Path) -> int:
    """Write received pages as a PDF, which appears only when whole; how many there are. Raises ``NotAPdf``."""
    return await _aside("take", str(tiff), str(pdf))


async def picture(tiff: Path, page: int) -> bytes:
    """A page (from 1) as a PNG for the screen. Raises ``NotAPdf`` when there is no such page."""
    told = await _run("look", str(tiff), str(page))
    if not told.startswith(_PNG):
        raise NotAPdf
    return told


async def _aside(*words: str) -> int:
    try:
        done = msgspec.json.decode(await _run(*words), type=_Done)
    except msgspec.DecodeError:  # it crashed
        raise NotAPdf from None
    match done.fault:
        case "":
            return done.pages
        case "not_a_pdf":
            raise NotAPdf
        case "locked":
            raise LockedPdf
        case "too_many":
            raise TooManyPages(done.pages, MOST_PAGES)
        case "cover":
            raise CoverNotWritable


async def _run(*words: str) -> bytes:
    """What the process says; nothing when it takes too long."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, *words,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_LATEST):
            told, wrong = await process.communicate()
    except TimeoutError:
        log.warning("a document took too long", work=words[0], seconds=_LATEST)
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:  # a document that crashes its reader, or a reader that is broken
        error = wrong.decode(errors="replace")[-500:]
        log.warning("a document could not be worked on", work=words[0], status=process.returncode, error=error)
    return told


# ---------------------------------------------------------------- what the process does


def _opened(pdf: Path) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise LockedPdf if "password" in str(error).lower() else NotAPdf from error
    if not len(document):
        raise NotAPdf
    if len(document) > MOST_PAGES:
        raise TooManyPages(len(document), MOST_PAGES)
    return document


def fax_pages(pdf: Path, cover: str = "") -> Iterator[Image.Image]:
    """Each page black on white, as many dots as a fax has. Raises ``NotAPdf``, ``LockedPdf``, ``TooManyPages``."""
    document = _opened(pdf)
    for number in range(len(document)):
        try:
            page: Any = document[number]  # its types are left open
            width, height = page.get_size()
            if not (0 < width < 20000 and 0 < height < 20000):
                raise NotAPdf
            turned = width > height  # lying pages are turned, so that nothing is made smaller than it must be
            if turned:
                page.set_rotation((page.get_rotation() + 90) % 360)
                width, height = height, width
            scale = min(WIDTH / ACROSS / (width / 72), HEIGHT / DOWN / (height / 72), 2.0)
            dots = cast(Image.Image, page.render(scale=scale * ACROSS / 72, grayscale=True).to_pil()).convert("L")
        except pypdfium2.PdfiumError as error:
            raise NotAPdf from error
        tall = min(HEIGHT, max(1, round(height / 72 * scale * DOWN)))
        dots = dots.resize((min(WIDTH, dots.width), tall), Image.Resampling.BOX)
        sheet = Image.new("L", (WIDTH, max(tall, HEIGHT // 3)), 255)
        sheet.paste(dots, ((WIDTH - dots.width) // 2, 0))
        yield _black_and_white(_with_cover(sheet, cover) if cover and number == 0 else sheet)


def _black_and_white(sheet: Image.Image) -> Image.Image:
    counts = sheet.histogram()
    grey = sum(counts[48:208]) / (sheet.width * sheet.height)
    if grey > _GREY_SHARE:
        return sheet.convert("1")
    return sheet.point([0 if value < 160 else 255 for value in range(256)]).convert("1", dither=Image.Dither.NONE)


def _with_cover(sheet: Image.Image, cover: str) -> Image.Image:
    font = font_for(cover)
    lines: list[str] = [""]
    for character in cover:
        if font.getlength(lines[-1] + character) > WIDTH - 2 * _COVER_MARGIN:
            lines.append("")
        lines[-1] += character
    strip = _COVER_MARGIN + len(lines) * (_COVER_SIZE + 12) + 12
    made = Image.new("L", (WIDTH, sheet.height + strip), 255)
    made.paste(sheet, (0, strip))
    pen = ImageDraw.Draw(made)
    for place, line in enumerate(lines):
        pen.text((_COVER_MARGIN, _COVER_MARGIN + place * (_COVER_SIZE + 12)), line, fill=0, font=font)
    return made


def font_for(text: str) -> ImageFont.FreeTypeFont:
    """A font with all characters of a text. Raises ``CoverNotWritable``."""
    if text.isascii():
        return cast(ImageFont.FreeTypeFont, ImageFont.load_default(_COVER_SIZE))
    for path in _FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, _COVER_SIZE)
    raise CoverNotWritable


def write_tiff(pages: Iterator[Image.Image], tiff: Path) -> int:
    part = tiff.with_name(tiff.name + ".part")
    number = 0
    try:
        with TiffImagePlugin.AppendingTiffWriter(part, new=True) as file:
            for page in pages:
                page.save(file, format="TIFF", compression="group4", dpi=(ACROSS, DOWN))
                file.newFrame()
                number += 1
        os.replace(part, tiff)
    finally:
        part.unlink(missing_ok=True)
    return number


def write_pdf(tiff: Path, pdf: Path) -> int:
    """Raises ``NotAPdf`` when no page can be read."""
    part = pdf.with_name(pdf.name + ".part")
    try:
        with Image.open(tiff) as taken:
            pages = [_square(frame) for frame in ImageSequence.Iterator(taken)]
        pages[0].save(
            part, format="PDF", save_all=True, append_images=pages[1:], resolution=float(ACROSS), producer="Callroom",
            creationDate=None, modDate=None,
        )  # fmt: skip
        os.replace(part, pdf)
    except (OSError, SyntaxError, ValueError, IndexError) as error:
        raise NotAPdf from error
    finally:
        part.unlink(missing_ok=True)
    return len(pages)


def _square(frame: Image.Image) -> Image.Image:
    """A page with dots as tall as wide: a fax in the standard resolution has only half the lines."""
    across, down = (float(each) for each in frame.info.get("dpi", (ACROSS, DOWN)))
    if not (across > 0 and down > 0):
        across, down = ACROSS, DOWN
    page = frame.convert("1")
    tall = max(1, math.ceil(page.height * across / down))
    if abs(tall - page.height) <= page.height * 0.02:
        return page
    return page.resize((page.width, tall), Image.Resampling.NEAREST)


def look(tiff: Path, page: int) -> bytes:
    """Half as many dots, in shades of grey, so that it can be read on a screen."""
    try:
        with Image.open(tiff) as taken:
            taken.seek(page - 1)
            shown = _square(taken)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPdf from error
    shown = shown.convert("L").reduce(2)
    file = io.BytesIO()
    shown.save(file, format="PNG", optimize=True)
    return file.getvalue()


def _main(words: list[str]) -> _Done | bytes:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(_LATEST), int(_LATEST)))
    os.nice(10)
    try:
        match words:
            case ["count", pdf, cover]:
                if cover:
                    font_for(cover)
                return _Done(len(_opened(Path(pdf))))
            case ["send", pdf, tiff, cover]:
                return _Done(write_tiff(fax_pages(Path(pdf), cover), Path(tiff)))
            case ["look", tiff, page]:
                return look(Path(tiff), int(page))
            case ["take", tiff, pdf]:
                return _Done(write_pdf(Path(tiff), Path(pdf)))
            case _:
                raise SystemExit(2)
    except NotAPdf:
        return _Done(fault="not_a_pdf")
    except LockedPdf:
        return _Done(fault="locked")
    except TooManyPages as error:
        return _Done(error.pages, "too_many")
    except CoverNotWritable:
        return _Done(fault="cover")


if __name__ == "__main__":
    said = _main(sys.argv[1:])
    sys.stdout.buffer.write(said if isinstance(said, bytes) else msgspec.json.encode(said))
