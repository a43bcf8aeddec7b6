from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collect.news.plain import moment, plain_text, web_address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>Ether</b>\n<script>alert(1)</script> up &lt;5&gt;\u0000", "Ether up <5>"),
        ("a < b and c > d", "a < b and c > d"),
        ("<style>p{}</style>Text<script>unclosed", "Text"),
        ("AT&amp;T &#8220;up&#8221;", "AT&T “up”"),
        ("\u202eevil\u200b text\r\n\x1b[31m", "evil text [31m"),
        (None, ""),
        (["list"], ""),
    ],
)
def test_text_is_one_line_without_markup(text: object, shown: str) -> None:
    assert plain_text(text) == shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/1?x=2", True),
        (" http://a.example/ ", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,<b>", False),
        ("//a.example/1", False),
        ("https://", False),
        ("https://a.example/\nx", False),
        ("https://[::1", False),
        ("https://a.example/" + "x" * 3000, False),
        (None, False),
        (5, False),
    ],
)
def test_only_addresses_that_a_browser_may_open(url: object, kept: bool) -> None:
    assert web_address(url) == (str(url).strip() if kept else "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024-03-05T12:00:00Z", True),
        ("2024-03-05T13:00:00+01:00", True),
        (1709640000, True),
        (1709640000.0, True),
        ("2024-03-05T12:00:00", False),
        ("yesterday", False),
        (None, False),
        (True, False),
        (1e30, False),
        (float("nan"), False),
    ],
)
def test_moments_with_a_zone_are_utc(text: object, read: bool) -> None:
    assert moment(text) == (datetime(2024, 3, 5, 12, tzinfo=UTC) if read else None)


@given(st.text(max_size=2000), st.integers(1, 400))
def test_any_text_is_short_printable_and_without_tags(text: str, longest: int) -> None:
    shown = plain_text(text, longest)
    assert len(shown) <= longest and (shown == "" or shown.isprintable()) and shown == shown.strip()
