from __future__ import annotations

from dataclasses import asdict

import pytest

from bot.sentiment.flags import lexical_flags, reply_failed


def flags(text: str) -> set[str]:
    return {name for name, found in asdict(lexical_flags(text)).items() if found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("转人工", "asks_human"),
        ("人工！！", "asks_human"),
        ("给我叫你们经理来", "asks_human"),
        ("不想和机器人聊了", "asks_human"),
        ("能不能找个真人说话", "asks_human"),
        ("再不解决我就打12378", "threat"),
        ("我要投诉", "threat"),
        ("那我只能去金融监管局投诉你们了", "threat"),
        ("找记者曝光你们", "threat"),
        ("法庭见", "threat"),
        ("发到抖音上让大家评评理", "threat"),
        ("垃圾银行", "insult"),
        ("你 们 简 直是骗子".replace(" ", ""), "insult"),
        ("客服是不是有病", "insult"),
        ("ＴＭＤ还要等多久", "insult"),
        ("我卡里的钱全没了", "distress"),
        ("急死我了", "distress"),
        ("我爸刚被骗了三万块", "distress"),
        ("等着这笔钱交住院费", "distress"),
    ],
)
def test_flag_is_found(text: str, expected: str) -> None:
    assert expected in flags(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "投诉流程是什么",
        "怎么投诉",
        "投诉电话是多少",
        "我的投诉处理得怎么样了",
        "我没想投诉，就是问问",
        "骗子说不还钱就起诉我，是真的吗",
        "收到律师函怎么办",
        "我想告诉你们一件事",
        "12378是什么电话",
        "人工客服上班时间",
        "人工智能基金是什么",
        "不用转人工了，谢谢",
        "垃圾短信怎么屏蔽",
        "遇到骗子了怎么办",
        "怎么防止账户被盗",
        "usb key 多少钱",
        "一年期定期利率是多少",
        "账户余额怎么查",
        "给我发到微信朋友圈怎么弄",
    ],
)
def test_false_friend_carries_no_flag(text: str) -> None:
    assert flags(text) == set()


@pytest.mark.parametrize("text", ["抱歉，我没有理解您的问题。", "请您换个说法再试一次", "这个问题我还在学习"])
def test_reply_that_admits_failure_is_noticed(text: str) -> None:
    assert reply_failed(text)


@pytest.mark.parametrize("text", ["一年期利率为 1.10%。", "明白了，正在为您查询", "", "请稍等，马上为您转接"])
def test_ordinary_reply_is_no_failure(text: str) -> None:
    assert not reply_failed(text)
