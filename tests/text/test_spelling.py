from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.spelling import correct
from bot.text.tables import readings, replacements
from bot.text.vocabulary import vocabulary

WRITTEN = st.text(alphabet="我要还宽款转帐账存理才财信用咔卡怎么办的利习息登陆密马码 ，", max_size=40)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("怎么转帐到别的帐户", "怎么转账到别的账户"),
        ("信用咔丢了", "信用卡丢了"),
        ("定期存宽", "定期存款"),
        ("买理才产品", "买理财产品"),
        ("李财有风险吗", "理财有风险吗"),
        ("手机银行登陆不上", "手机银行登录不上"),
        ("身分证过期了", "身份证过期了"),
        ("转账限而太低", "转账限额太低"),
        ("手须费多少", "手续费多少"),
        ("卡要卦失", "卡要挂失"),
        ("验正码收不到", "验证码收不到"),
        ("密马忘了", "密码忘了"),
        ("查余饿", "查余额"),
        ("提前还宽", "提前还款"),
        ("我要代款", "我要贷款"),
        ("账单分其", "账单分期"),
        ("钱怎么会入我的卡", "钱怎么汇入我的卡"),
        ("网因打不开", "网银打不开"),
        ("申请货款利率多少", "申请贷款利率多少"),
        ("信用卡预期了怎么办", "信用卡逾期了怎么办"),
        ("怎样提升零时额度", "怎样提升临时额度"),
        ("已还情怎么还显示", "已还清怎么还显示"),
    ],
)
def test_misspelt_banking_words_become_the_words_meant(written: str, meant: str) -> None:
    assert correct(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("信用卡怎末还款", "信用卡怎么还款"),
        ("可已提前还款吗", "可以提前还款吗"),
        ("开户须要什么证件", "开户需要什么证件"),
        ("办卡手序麻烦吗", "办卡手续麻烦吗"),
        ("还宽日是哪天", "还款日是哪天"),
        ("办里销户要本人去吗", "办理销户要本人去吗"),
        ("转账多九到账", "转账多久到账"),
        ("我的信用咔怎末还宽", "我的信用卡怎么还款"),
        ("手机银行怎么注策", "手机银行怎么注册"),
        ("卡被所住了怎么办", "卡被锁住了怎么办"),
        ("微信无发绑定", "微信无法绑定"),
    ],
)
def test_misspelt_ordinary_words_become_the_words_meant(written: str, meant: str) -> None:
    assert correct(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("怎么查银航流水", "怎么查银行流水"),  # hang, xing
        ("我的代款批了没", "我的贷款批了没"),
        ("余额查循", "余额查询"),
        ("信用卡俄度怎么提升", "信用卡额度怎么提升"),
        ("信用卡恶毒怎么提升", "信用卡额度怎么提升"),  # a word for a word
        ("首级银行打不开", "手机银行打不开"),
    ],
)
def test_near_sounds_and_whole_words_are_heard_right(written: str, meant: str) -> None:
    assert correct(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "她的卡丢了",
        "那里可以办吗",
        "卖出基金要多久",
        "买入基金要多久",
        "存三十万两年",
        "转一万七给他",
        "老家建了个厂",
        "天空之城的吉他谱",
        "电路里的电容器怎么接",
        "姥爷的存折在我这",
        "货到付款可以吗",
    ],
)
def test_what_only_the_customer_knows_and_foreign_language_stay(text: str) -> None:
    assert correct(text) == text


def test_a_long_text_is_read_as_it_stands() -> None:
    text = "我的卡怎末还" * 40
    assert correct(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "办理才能知道",  # 理才 sounds like 理财
        "现在可以付款吗",  # not 付款码
        "市民卡能登录吗",
        "公司账但别给他看",  # not 账单
        "几个月能批下来",  # not 能否
        "能先在手机上拿个号吗",  # not 现在, not 哪个
        "新卡柜员给设的六个数",  # not 柜员机
        "这款理财预期收益多少",  # not 逾期
        "台风登陆那天网点开门吗",
        "蚊帐在哪里买",
        "付货款给供应商",
        "可以经常查询吗",
        "最多多少钱",
        "晚点还可以吗",
        "晴川天天现金管理",
        "云程一年定期开放",
        "禾悦30天持有期",
    ],
)
def test_words_that_only_sound_alike_stay(text: str) -> None:
    assert correct(text) == text


@given(WRITTEN)
def test_correction_keeps_the_length_and_what_it_made(text: str) -> None:
    once = correct(text)
    assert len(once) == len(text)
    assert correct(once) == once


def test_a_message_takes_about_a_millisecond() -> None:
    messages = [f"我的信用咔第{number}次还宽失败了怎么办呢" for number in range(300)]
    correct(messages[0])
    started = time.process_time()
    for message in messages:
        correct(message)
    assert (time.process_time() - started) / len(messages) < 0.006  # four times the aim: the machine may be busy


def test_every_word_to_correct_to_has_a_sound() -> None:
    silent = [
        word for word in vocabulary().targets for char in word if "一" <= char <= "鿿" and not readings().get(char)
    ]
    assert silent == []


@pytest.mark.parametrize("name", ["pairs.tsv", "abbreviations.tsv"])
def test_no_row_undoes_or_repeats_another(name: str) -> None:
    rows = replacements(name)
    written = [row.written for row in rows]
    assert len(set(written)) == len(written)
    assert all(one not in row.meant for row in rows for one in written)
