"""Words that may not praise an investment product: 安全、保证、承诺、有保障、高收益、无风险. Pure functions.

A word is no praise where it is denied (不保证), warned of (警惕“高收益”), or part of another term (保证金、账户安全).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PRAISE_WORDS = ("安全", "保证", "承诺", "有保障", "高收益", "无风险")
_PRAISE = re.compile("|".join(PRAISE_WORDS))
_CLAUSE_END = re.compile(r"[，。；！？,;!?\n]")
_DENIED = re.compile(  # what may stand between a denial and the word, up to the word itself
    r"(?:不|非|未|无法|没有|勿|难以)"
    r"(?:能|可|会|得|应|作|做|出|构成|代表|等于|等同于|提供|是|意味着|对|任何|完全|绝对|本金|收益|的|其|相信|轻信|有|该|银行|本行|管理人|发行人|产品|未来)*"
    r"(?:(?:安全|保证|承诺|有保障|高收益|无风险)(?:收益|本金)?(?:或者|或|和|及|与|、)?(?:任何)?)*[“‘「\"]?$"
)
_WARNING = re.compile(r"谨防|警惕|防范|远离|拒绝|禁止|声称|宣称|所谓|诱饵|诈骗|骗局|切勿|不要轻信|凡是")
_OTHER_TERM = re.compile(
    r"保证金|保证人|保证保险|保证续保|承诺书|承诺函"
    r"|(?:账户|账号|资金账户|信息|交易|密码|支付|网络|登录|用卡|系统|人身|财产)安全"
    r"|安全(?:认证|工具|控件|锁|退出|提示|键盘|中心|保管|验证|码|等级|设置|教育|防护)"
)
INVESTMENT_WORDS = re.compile(
    r"理财|基金|结构性存款|贵金属|积存金|纸黄金|投连|万能险|分红险|年金险|外汇买卖|投资产品|净值型|业绩比较基准"
)


@dataclass(frozen=True)
class Praise:
    """A forbidden word and where it begins in the text."""

    word: str
    start: int


def find_praise(text: str) -> list[Praise]:
    """Forbidden words of ``text`` that stand there as praise."""
    other = [match.span() for match in _OTHER_TERM.finditer(text)]
    found = []
    for match in _PRAISE.finditer(text):
        if any(start <= match.start() and match.end() <= end for start, end in other):
            continue
        begin = max((end.end() for end in _CLAUSE_END.finditer(text, 0, match.start())), default=0)
        end = _CLAUSE_END.search(text, match.end())
        clause = text[begin : end.start() if end else len(text)]
        if not _DENIED.search(text[begin : match.start()]) and not _WARNING.search(clause):
            found.append(Praise(match.group(), match.start()))
    return found


def find_investment_praise(text: str) -> list[Praise]:
    """Forbidden words in those sentences of ``text`` that speak of investment products."""
    found = []
    for sentence in re.finditer(r"[^。！？!?\n]+", text):
        if INVESTMENT_WORDS.search(sentence.group()):
            found += [Praise(item.word, sentence.start() + item.start) for item in find_praise(sentence.group())]
    return found
