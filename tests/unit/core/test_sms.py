"""What texts take as messages, which replies mean "no more", and when bulk messages may go."""

from datetime import UTC, datetime

import pytest

from callroom.core import sms


@pytest.mark.parametrize(
    ("text", "encoding", "parts", "left"),
    [
        ("", "gsm7", 1, 160),
        ("a" * 160, "gsm7", 1, 0),
        ("a" * 161, "gsm7", 2, 145),
        ("€" * 80, "gsm7", 1, 0),
        ("€" * 81, "gsm7", 2, 143),  # 76 in the first part: the 77th would be torn
        ("中" * 70, "ucs2", 1, 0),
        ("中" * 71, "ucs2", 2, 63),
        ("😀" * 35, "ucs2", 1, 0),
        ("😀" * 36, "ucs2", 2, 61),
        ("\x1b", "ucs2", 1, 69),
    ],
)
def test_what_a_text_takes(text: str, encoding: str, parts: int, left: int):
    size = sms.size_of(text)
    assert (size.encoding, size.parts, size.left) == (encoding, parts, left)


def test_the_chinese_platforms_count_their_signature_and_no_latin_letters_by_160():
    assert sms.size_by("aliyun", {"sign_name": "和风燃气"}, "a" * 64).parts == 1
    assert sms.size_by("tencent", {"sign_name": "和风燃气"}, "a" * 65).parts == 2
    assert sms.size_by("smpp", {}, "a" * 160).parts == 1
    assert sms.size_by("http", {"gsm7": False}, "a" * 71).parts == 2


@pytest.mark.parametrize("text", ["TD", " td。", "ＴＤ", "退订", "“退订”", "stop!"])
def test_words_that_mean_no_more(text: str):
    assert sms.means(text, sms.OPT_OUT_WORDS)


@pytest.mark.parametrize("text", ["", "!", "TD不要", "please do not stop", "退订吗"])
def test_words_that_do_not(text: str):
    assert not sms.means(text, sms.OPT_OUT_WORDS)


@pytest.mark.parametrize(
    ("at", "begins", "ends", "until"),
    [
        ((22, 30), "21:00", "08:00", (24, 0)),  # 06:30 in Shanghai
        ((23, 59), "21:00", "08:00", (24, 0)),
        ((12, 59), "21:00", "08:00", (12, 59)),
        ((13, 0), "21:00", "08:00", (24, 0)),
        ((4, 30), "12:00", "14:00", (6, 0)),
        ((4, 30), "", "", (4, 30)),
    ],
)
def test_bulk_waits_until_the_quiet_hours_end(at, begins: str, ends: str, until):
    day = datetime(2026, 11, 23, tzinfo=UTC)
    due = sms.after_quiet_hours(day.replace(hour=at[0], minute=at[1]), begins, ends, "Asia/Shanghai")
    assert (due - day).total_seconds() == until[0] * 3600 + until[1] * 60
