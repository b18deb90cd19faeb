"""Documents as a fax machine sends them, and received pages as a PDF."""

import io
import os
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from callroom.media import fax_pages
from callroom.media.fax_pages import CoverNotWritable, LockedPdf, NotAPdf, TooManyPages


def letter(path: Path, *, pages: int = 1, size: tuple[int, int] = (1240, 1754)) -> Path:
    """A PDF with some lines of writing on each page, A4 unless told otherwise."""
    made: list[Image.Image] = []
    for number in range(pages):
        sheet = Image.new("L", size, 255)
        pen = ImageDraw.Draw(sheet)
        pen.rectangle((60, 60, 260, 160), fill=0)
        for line in range(8):
            pen.text((100, 300 + 60 * line), f"Page {number + 1}, line {line + 1}", fill=0, font_size=40)
        made.append(sheet)
    made[0].save(path, save_all=True, append_images=made[1:], resolution=150)
    return path


def rendered(pdf: Path, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    return document[page].render(scale=1, grayscale=True).to_pil().convert("L").resize((595, 842))


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of black that is not in the same place, seen from some way off."""
    small = [each.resize((60, 85), Image.Resampling.BOX) for each in (one, other)]
    differing = sum(ImageChops.difference(*small).tobytes())
    return differing / max(1, sum(255 - value for value in small[0].tobytes()))


async def test_a_letter_comes_back_as_it_was_sent(tmp_path: Path):
    sent = letter(tmp_path / "letter.pdf", pages=2)
    assert await fax_pages.count(sent) == 2
    assert await fax_pages.to_tiff(sent, tmp_path / "out.tif") == 2
    with Image.open(tmp_path / "out.tif") as tiff:
        assert (tiff.size[0], tiff.mode, tiff.n_frames) == (1728, "1", 2)
        assert tiff.info["compression"] == "group4"
        assert tuple(round(float(each)) for each in tiff.info["dpi"]) == (204, 196)
    assert await fax_pages.to_pdf(tmp_path / "out.tif", tmp_path / "back.pdf") == 2
    for page in (0, 1):
        assert unlike(rendered(sent, page), rendered(tmp_path / "back.pdf", page)) < 0.25
    blank = Image.new("L", (595, 842), 255)
    assert unlike(rendered(sent), blank) > 0.9
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


async def test_a_page_is_shown_on_the_screen(tmp_path: Path):
    await fax_pages.to_tiff(letter(tmp_path / "letter.pdf", pages=2), tmp_path / "out.tif")
    with Image.open(io.BytesIO(await fax_pages.picture(tmp_path / "out.tif", 2))) as shown:
        assert (shown.format, shown.width) == ("PNG", 864)
    for page in (0, 3):
        with pytest.raises(NotAPdf):
            await fax_pages.picture(tmp_path / "out.tif", page)


async def test_a_page_that_lies_is_turned(tmp_path: Path):
    wide = letter(tmp_path / "wide.pdf", size=(1754, 1240))
    await fax_pages.to_tiff(wide, tmp_path / "out.tif")
    with Image.open(tmp_path / "out.tif") as tiff:
        assert tiff.height > tiff.width


async def test_the_cover_line_stands_above_the_first_page(tmp_path: Path):
    sent = letter(tmp_path / "letter.pdf", pages=2)
    await fax_pages.to_tiff(sent, tmp_path / "plain.tif")
    await fax_pages.to_tiff(sent, tmp_path / "covered.tif", cover="To: Ms Wang, purchasing. " * 4)
    with Image.open(tmp_path / "plain.tif") as plain, Image.open(tmp_path / "covered.tif") as covered:
        assert covered.height > plain.height + 100
        plain.seek(1)
        covered.seek(1)
        assert covered.height == plain.height


async def test_a_received_page_of_few_lines_is_not_squeezed(tmp_path: Path):
    page = Image.new("1", (1728, 1146), 1)
    page.save(tmp_path / "in.tif", compression="group3", dpi=(204, 98))
    await fax_pages.to_pdf(tmp_path / "in.tif", tmp_path / "in.pdf")
    width, height = pypdfium2.PdfDocument(tmp_path / "in.pdf")[0].get_size()
    assert height / width == pytest.approx(297 / 215, abs=0.05)


async def test_what_cannot_be_sent_is_told(tmp_path: Path):
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    with pytest.raises(NotAPdf):
        await fax_pages.count(tmp_path / "no.pdf")
    with pytest.raises(NotAPdf):
        await fax_pages.to_pdf(tmp_path / "no.pdf", tmp_path / "x.pdf")
    with pytest.raises(TooManyPages) as caught:
        await fax_pages.count(letter(tmp_path / "long.pdf", pages=101, size=(100, 100)))
    assert (caught.value.pages, caught.value.most) == (101, 100)
    assert not (tmp_path / "x.pdf").exists()


async def test_a_locked_pdf_is_told(tmp_path: Path):
    # The smallest PDF with a standard security handler, whose keys fit no empty password.
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, one)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % start
    (tmp_path / "locked.pdf").write_bytes(data)
    with pytest.raises(LockedPdf):
        await fax_pages.count(tmp_path / "locked.pdf")


async def test_a_cover_without_a_font_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fax_pages, "_FONTS", ())
    with pytest.raises(CoverNotWritable):
        fax_pages.font_for("王女士")
