from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.normalise import normalise, normalise_text, plain


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("ＡＢＣ１２３％", "ABC123%"),
        ("我想開通網上銀行，後來髮卡了", "我想开通网上银行，后来发卡了"),
        ("理\u200b财\ufeff产\u2060品", "理财产品"),
        ("存５万\u3000三個月？", "存5万 三个月？"),
        ("ａ\tｂ\nｃ", "a b c"),
        ("控制\x00符\x1b", "控制符"),
        ("㎡①", "m21"),
        ("著作权属于谁", "著作权属于谁"),
        ("", ""),
    ],
)
def test_text_in_another_form_becomes_its_normal_form(given_text: str, expected: str) -> None:
    assert normalise(given_text).text == expected


def test_chinese_punctuation_stays_as_typed() -> None:
    assert normalise("好的，谢谢！（真的）？").text == "好的，谢谢！（真的）？"


def test_span_after_left_out_characters_points_into_the_original() -> None:
    original = "買\u200b１０\u200b万理財"
    form = normalise(original)
    assert form.text == "买10万理财"
    start, end = form.original_span(1, 4)
    assert original[start:end] == "１０\u200b万"
    assert form.original_span(4, 6) == (6, 8)


def test_span_of_an_expanded_character_covers_the_whole_original() -> None:
    form = normalise("5㎡房")
    assert form.text == "5m2房"
    assert form.original_span(1, 3) == (1, 2)


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, 3)])
def test_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        normalise("ab").original_span(start, end)


def test_runs_of_blanks_become_one_in_the_compared_form() -> None:
    assert normalise_text("  卡丢了 \u3000\n 怎么办  ") == "卡丢了 怎么办"


@pytest.mark.parametrize(
    ("given_text", "compared"),
    [
        ("卡号6222020200112233445怎么查", "卡号*怎么查"),
        ("换了138****1234", "换了*"),
        ("电话一三八零零一三八零零零", "电话*"),
        ("转10000000元", "转10000000元"),
        ("转500000", "转500000"),
        ("发到a***@example.com了", "发到邮箱了"),
        ("😂我的卡丢了😭", "我的卡丢了"),
        ("👍", "👍"),
    ],
)
def test_numbers_and_pictures_say_nothing_in_the_compared_form(given_text: str, compared: str) -> None:
    assert normalise_text(given_text) == compared


def test_long_numbers_stay_in_the_form_that_entities_are_read_from() -> None:
    assert normalise("订单20250102030405查一下").text == "订单20250102030405查一下"


def test_spans_of_corrected_words_point_at_what_was_typed() -> None:
    original = "嗯那个 我的手机\u3000银行zz限而，怎怎么办？？？"
    form = normalise(original)
    assert form.text == "我的手机银行转账限额，怎么办？"
    for meant, typed in (("手机银行", "手机\u3000银行"), ("转账", "zz"), ("限额", "限而"), ("怎么办", "怎么办")):
        start = form.text.index(meant)
        first, last = form.original_span(start, start + len(meant))
        assert original[first:last] == typed


def test_a_dropped_and_a_corrected_character_keep_the_places_of_the_others() -> None:
    original = "信用用卡怎末还款"
    form = normalise(original)
    assert form.text == "信用卡怎么还款"
    assert form.original_span(0, 3) == (0, 4)
    assert form.original_span(3, 5) == (4, 6)
    assert [original[place] for place in form.offsets[3:7]] == list("怎末还款")


TYPED = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="嗯那个我想转帐账信用咔卡怎么办还宽款 　，。？！x yk zz 1０😂謝謝帳戶", max_size=60),
)


@given(TYPED)
@example("怎怎 么办，嗯那个 xyk 还宽？？")
def test_any_text_has_one_offset_per_character_and_rising(text: str) -> None:
    form = normalise(text)
    assert len(form.offsets) == len(form.text) + 1
    assert list(form.offsets) == sorted(form.offsets)
    assert form.offsets[-1] == len(text)


@given(TYPED)
def test_a_character_that_was_not_corrected_stands_where_its_offset_says(text: str) -> None:
    form = normalise(text)
    for at, char in enumerate(form.text):
        first, last = form.original_span(at, at + 1)
        written = plain(text[first:last]).text
        assert last == first + 1
        assert char in written or "一" <= char <= "鿿"  # corrections and initials become Chinese characters only


@given(TYPED)
def test_normal_form_of_the_normal_form_is_itself(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once


@given(TYPED)
def test_what_says_something_never_becomes_nothing(text: str) -> None:
    assert bool(normalise_text(text)) == bool(plain(text).text.strip())


@pytest.mark.parametrize(
    "piece", ["还宽", "怎怎", "信 ", "嗯那个", "xyk ", "！", "1", "帐户登陆", "😂", "付款吗李财", "a@"]
)
def test_a_hostile_text_takes_bounded_time(piece: str) -> None:
    for size in (2_000, 100_000):  # what is still corrected, what is read as it stands
        text = (piece * size)[:size]
        started = time.process_time()
        assert len(normalise_text(text)) <= size
        assert time.process_time() - started < 2
