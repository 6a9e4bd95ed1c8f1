from __future__ import annotations

import pytest

from bot.text.normalise import normalise


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("信 用 卡 怎 么 办", "信用卡怎么办"),
        ("手机 银行打不开", "手机银行打不开"),
        ("我的信用 卡丢了 怎么办", "我的信用卡丢了 怎么办"),
        ("卡丢了 怎么办", "卡丢了 怎么办"),
        ("当月还 有利息吗", "当月还 有利息吗"),
    ],
)
def test_blanks_go_inside_words_only(typed: str, meant: str) -> None:
    assert normalise(typed).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("怎怎么办", "怎么办"),
        ("转账账了", "转账了"),
        ("我我我想问", "我想问"),
        ("信用用卡怎么还", "信用卡怎么还"),
        ("这个产品还能买吗吗", "这个产品还能买吗"),
        ("手机银银行打不开", "手机银行打不开"),
        ("官网网址是多少", "官网网址是多少"),
        ("剩余余额怎么取", "剩余余额怎么取"),
        ("天天基金", "天天基金"),
        ("怎么办？？？？？", "怎么办？"),
        ("急！！！！", "急！"),
        ("哈哈哈哈", "哈哈"),
        ("谢谢", "谢谢"),
        ("看看余额", "看看余额"),
        ("查查余额", "查查余额"),
        ("这张卡卡住了", "这张卡卡住了"),
        ("分期期数", "分期期数"),
        ("最多多少", "最多多少"),
        ("银行行吗", "银行行吗"),
        ("一一零", "一一零"),
        ("1..2", "1..2"),
        ("138****1234", "138****1234"),
    ],
)
def test_repeats_are_shortened_where_they_are_no_words(typed: str, meant: str) -> None:
    assert normalise(typed).text == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("嗯那个我想问一下", "我想问一下"),
        ("呃就是说卡丢了", "卡丢了"),
        ("那个，理财怎么样", "理财怎么样"),
        ("那个理财怎么样", "那个理财怎么样"),
        ("嗯", "嗯"),
        ("嗯嗯", "嗯嗯"),
        ("额度怎么提", "额度怎么提"),
        ("嗯这个月的账单", "这个月的账单"),
        ("唔该", "唔该"),
    ],
)
def test_fillers_go_when_something_is_said_after_them(said: str, meant: str) -> None:
    assert normalise(said).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xyk怎么hk", "信用卡怎么还款"),
        ("XYK丢了", "信用卡丢了"),
        ("zz5000给他", "转账5000给他"),
        ("yzm收不到", "验证码收不到"),
        ("zrg", "转人工"),
        ("转rg", "转人工"),
        ("mm忘了", "密码忘了"),
        ("查ye", "查余额"),
        ("5mm", "5mm"),
        ("HK账户", "HK账户"),
        ("ATM取款", "ATM取款"),
        ("看wx.example.com", "看wx.example.com"),
        ("wx123456", "wx123456"),
        ("bye", "bye"),
    ],
)
def test_initials_become_words_where_their_surroundings_say_so(typed: str, meant: str) -> None:
    assert normalise(typed).text == meant
