"""Numbers here are made: they pass the checks and belong to nobody that we know of."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.mask import _ID_CHECKS, _ID_WEIGHTS, is_bank_card, is_identity_number, mask


def luhn(prefix: str) -> str:
    return next(prefix + str(check) for check in range(10) if is_bank_card(prefix + str(check)))


def identity(prefix17: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(prefix17, _ID_WEIGHTS, strict=True))
    return prefix17 + _ID_CHECKS[total % 11]


PHONE = "13800001111"
CARD = luhn("622202000000012345")
IDENTITY = identity("11010519491231002")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"我手机{PHONE}收不到短信", "我手机138****1111收不到短信"),
        ("１３８００００１１１１", "138****1111"),
        ("138-0000-1111", "138****1111"),
        ("138 0000 1111，急", "138****1111，急"),
        ("+86 13800001111", "+138****1111"),
        ("1 3 8 0 0 0 0 1 1 1 1", "138****1111"),
        ("138\u200b0000\u200b1111", "138****1111"),
        ("一三八零零零零一一一一", "138****1111"),
        ("幺三八零零零零幺幺幺幺", "138****1111"),
        (f"身份证{IDENTITY}。", f"身份证110***********{IDENTITY[-4:]}。"),
        (f"卡号{CARD}被吞了", f"卡号6222***********{CARD[-4:]}被吞了"),
        (f"5000 {PHONE}", "5000 138****1111"),
        (f"{CARD} {PHONE}", f"6222***********{CARD[-4:]} 138****1111"),
        ("写信到 wang_xm@example.com 谢谢", "写信到 w***@example.com 谢谢"),
        ("ａｂｃ＠example．ｃｏｍ", "a***@example.com"),
        (f"{PHONE}/{PHONE}", "138****1111/138****1111"),
        (f"0{PHONE}", "138****1111"),
        ("138,0000,1111", "138****1111"),
        ("138（0000）1111", "138****1111"),
        ("1、3、8、0、0、0、0、1、1、1、1", "138****1111"),
        ("①③⑧⓪⓪⓪⓪①①①①", "138****1111"),
        (f"①{PHONE}", "①138****1111"),
        ("\ufe0f\u20e3".join("13800001111"), "138****1111"),
        ("一三八 零零零零 一一一一", "138****1111"),
        ("138零零零零1111", "138****1111"),
        ("壹叁捌零零零零壹壹壹壹", "138****1111"),
        (f"{IDENTITY[:6]}，{IDENTITY[6:14]}，{IDENTITY[14:]}", f"110***********{IDENTITY[-4:]}"),
        ("/".join(re.findall(".{4}|.+", CARD)), f"6222***********{CARD[-4:]}"),
    ],
)
def test_personal_number_is_starred(text: str, expected: str) -> None:
    assert mask(text) == expected


def test_card_in_groups_of_four_is_starred() -> None:
    card = luhn("621700000000001")
    assert mask(" ".join(re.findall("....", card))) == f"6217********{card[-4:]}"


def test_identity_number_with_small_x_and_full_width_is_starred() -> None:
    number = next(made for seq in range(1000) if (made := identity(f"11010519491231{seq:03d}")).endswith("X"))
    assert mask(number.lower()) == f"110***********{number[-4:]}"
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert mask(wide) == f"110***********{number[-4:]}"


@pytest.mark.parametrize(
    "text",
    [
        "我要转100000000元",
        "订单号2026112200001234567",  # 19 digits, fails Luhn
        "利率2.35%，期限365天",
        "12378投诉",
        "400-000-0000",
        "11010519491231002A",
        "0000000000000000",
        "",
        "二零二六年十一月",
        "起点1,000,000元，上限1,300,000,000元",
        "1000、5000、10000、50000元分别是多少",
        "利率1.75 2.10 3.15 4.00",
    ],
)
def test_number_that_is_no_personal_number_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("block", ["1 ", "12 ", "1234-", "1,", "一 ", "a@", "1."])
def test_longest_message_of_digit_groups_takes_no_time_to_speak_of(block: str) -> None:
    text = block * (2000 // len(block))
    begun = time.process_time()
    mask(text)
    assert time.process_time() - begun < 1.0


def test_wrong_checksum_is_no_identity_number() -> None:
    wrong = IDENTITY[:-1] + ("1" if IDENTITY[-1] != "1" else "2")
    assert is_identity_number(IDENTITY)
    assert not is_identity_number(wrong)


@given(
    before=st.text(alphabet="我的号码是abc，。 ", max_size=8),
    after=st.text(alphabet="谢谢，。abc ", max_size=8),
    tail=st.from_regex(r"[3-9][0-9]{9}", fullmatch=True),
    separator=st.sampled_from(["", " ", "-", "\u200b", "\u3000"]),
)
def test_no_mobile_number_survives_whatever_stands_around_it(
    before: str, after: str, tail: str, separator: str
) -> None:
    number = "1" + tail
    written = separator.join([number[:3], number[3:7], number[7:]])
    masked = mask(before + written + after)
    assert number not in re.sub(r"[^0-9]", "", masked)
    assert mask(masked) == masked


@given(st.text(max_size=200))
def test_any_text_is_accepted_and_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
