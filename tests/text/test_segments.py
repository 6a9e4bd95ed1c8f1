from __future__ import annotations

import pytest

from bot.text.segments import MAX_PARTS, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("信用卡年费多少 另外怎么销卡", ["信用卡年费多少", "怎么销卡"]),
        ("信用卡年费多少还有怎么注销", ["信用卡年费多少", "怎么注销"]),
        ("转账限额是多少？还有手续费呢", ["转账限额是多少？", "手续费呢"]),
        ("一年定期利率是多少，另外网点几点开门", ["一年定期利率是多少", "网点几点开门"]),
        ("定期利率多少\n大额存单呢", ["定期利率多少", "大额存单呢"]),
        ("我的卡在国外。刷卡手续费多少？另外怎么销卡", ["我的卡在国外。刷卡手续费多少？", "怎么销卡"]),
        ("年费怎么减免？对了我的卡丢了", ["年费怎么减免？", "我的卡丢了"]),
        ("怎么转账？我是第一次用。要收手续费吗", ["怎么转账？", "我是第一次用。要收手续费吗"]),
        ("帮我查下余额 还有转账限额", ["帮我查下余额", "转账限额"]),
    ],
)
def test_several_questions_are_told_apart(text: str, parts: list[str]) -> None:
    found = split(text)
    assert [part.text for part in found] == parts
    assert all(text[part.start : part.end] == part.text for part in found)


@pytest.mark.parametrize(
    "text",
    [
        "我昨天转了钱。现在还没到。怎么办？",
        "转账失败了，提示超限，怎么回事？",
        "你好，请问信用卡年费多少？",
        "对了，存款保险赔多少",
        "定期没到期想提前取，利息怎么算",
        "我想办信用卡，需要什么条件",
        "钱被扣了，还有短信提醒，为什么？",
        "转账多久到账？谢谢",
        "",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert split(text) == []


def test_another_question_said_to_be_one_is_linked() -> None:
    assert [part.linked for part in split("限额多少？手续费多少？另外怎么调高")] == [False, False, True]


def test_no_more_than_three_are_taken() -> None:
    found = split("怎么开户？怎么销户？怎么转账？怎么挂失？怎么贷款？")
    assert len(found) == MAX_PARTS
