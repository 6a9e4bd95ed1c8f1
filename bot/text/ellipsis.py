"""What a short message asks, what it says of its own, and what it points at. Pure functions.

Customers go on in half sentences (那手续费呢, 第二个怎么买, 换成三年的). Whether a message stands on its own is read
off its words: where only question words, particles and aspects are left, it speaks of what was spoken of before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# What may be asked about a product, the telling ones first: 起购金额 is no question how to buy.
ASPECTS = (
    (
        "risk",
        re.compile(
            r"风险揭示|揭示书|风险提示|(?:什么|哪些|啥|没|没有|有)风险|风险(?:大|高|等级|级别|怎么|如何|呢)|保本"
        ),
    ),
    ("fee", re.compile(r"费用|收费|手续费|管理费|年费|工本费|违约金|服务费|要钱(?:吗|不)|免费")),
    (
        "minimum",
        re.compile(
            r"多少(?:钱)?(?:起|能买|可以买|才能)|几(?:块|百|千|万)(?:元|块|钱)?起|起[存购投点]|门槛|最(?:低|少)(?:要|得|需要)?(?:存|买|投|多少)"
        ),
    ),
    ("term", re.compile(r"期限|多久到期|存多久|多长时间|锁定期|封闭期|持有多久|要放多久")),
    ("rate", re.compile(r"利率|利息|收益|年化|业绩|基准|净值")),
    ("buy", re.compile(r"买|购|办理|怎么办(?!$)|申请|怎么存|在哪(?:里|儿)?(?:存|办)")),
)


def _words(text: str) -> list[str]:
    """The words, longest first: 多少钱 is looked for before 多少."""
    return [re.escape(word) for word in sorted(set(text.split()), key=len, reverse=True)]


_FILLERS = _words(
    """
    是多少 多少钱 多少 多久 多长时间 多长 几天 几个工作日 几点 几年 什么时候 什么样 什么 哪些 哪里 哪儿 在哪 哪个
    怎么样 怎么办 怎么 怎样 如何 咋样 咋办 咋 为什么 为啥 啥 几 吗 呢 么 吧 啊 呀 嘛 了 的 得 地 哦 哈 嗯 是 那么
    要是 如果 换成 换 改成 改为 也 都 还 再 就 又 呗 对 需要 可以 可不可以 能不能 要不要 有没有 会不会 是不是
    收不收 能 会 要 可 有 没有 没 想 我 你们 您 咱 请问 问一下 一下 到底 大概 一般 办理 办 申请 收 扣 交 算 取出来
    取 提前 支取 随时 赎回 退 购买 买 存 做 弄 用 到账 到 去 带 给 和 与 及 以及 说 看看 看 告诉 知道 手续费 管理费
    服务费 工本费 违约金 费用 年费 收费 费 钱 利率 利息 收益率 收益 年化 业绩基准 业绩比较基准 净值 风险等级
    风险揭示书 风险提示 风险 揭示书 限额 额度 上限 期限 时间 起点金额 起点 门槛 起存 起购 起投 起 最低 最高 最少
    最多 最 金额 材料 证件 资料 手续 条件 流程 步骤 渠道 方式 安全 保本 免费 标准 大 高 低 多 少 快 慢 长 短 当天
    马上 一天 每天 每月 一年 每年 单笔 怎么办理 如何办理 最后 最后一 它 他 她 这个 这款 这种 这只 这张 这项 这 那个
    那款 那种 那只 那张 那项 那 刚才 刚刚 刚说 上面 前面 该 产品 此 里面 里 具体 详细 不
    """
)
# Words that hold a filler and mean something: 信用卡 has 用 in it.
_NOUNS = _words(
    """
    风险测评 提前还款 提前支取 提前还清
    信用卡 借记卡 储蓄卡 社保卡 存款 存单 存折 定期 活期 取款机 取款 取现 提现 退款 退货 退保 退休 手机 交易 收款
    收汇 汇款 还款 贷款 用户 账户 开户 销户 大额 到期 逾期 分期 犹豫期 账单 购汇 结汇 购房 买房 买车 理财产品 办卡
    办公 大字 高龄 不动产 多账户 收入 交费 缴费 学费 保费 话费 会员 用途 要素 可转债 有效期 没收 会计 是否 快捷
    短信 长辈 小额 低保 标准信用卡 申购 认购 附属 小店
    """
)
_FILLER = re.compile(f"(?P<kept>{'|'.join(_NOUNS)})|{'|'.join(_FILLERS)}")
_SIGNS = re.compile(r"[\s\W_]+")
_MARKER = re.compile(r"^(?:那么?|如果|要是|换成|换个|改成|改为)|^(?!.*(?:什么|怎么|多少|吗)).{1,6}的?呢$")
_POINTS = re.compile(r"它|这个产品|这款|这只|这种|该产品|那款|刚才(?:那|说)|上面(?:那|说)|这个(?!月|星期|周|季|问题)")
# This one product, whatever was asked in between; 它 and 这个 may mean anything.
_PRODUCT_POINTS = re.compile(r"这个产品|该产品|这款|那款|这只|那只|刚才那(?:个|款|只)产品")
_ASKS_HOW = re.compile(
    r"怎么|如何|咋|能|可以|要不要"
)  # before a verb: 那怎么注销呢 asks something else of the same thing
_SAYS_NOTHING = re.compile(
    r"^(?:那|这|那个|这个|什么|怎么|咋|怎样|如何|办|弄|做|搞|整|回事|样|的|呢|吗|啊|么|[？?。！!，,\s])+$"
)
MAX_CHARS = 14  # a longer message says what it is about
MAX_BARE_CHARS = 8  # 怎么注销, 可以撤销吗
MAX_OWN_CHARS = 4  # that a marked message (那柜台呢) may have of its own

_NUMERALS = {char: value for value, char in enumerate("一二三四五六七八九", start=1)} | {"两": 2, "十": 10}
_ONE = "[一二三四五六七八九十]|[1-9]"
_MEASURE = "个|款|只|种|项|条|张|支"
_ORDINAL = re.compile(
    rf"第(?P<nth>{_ONE})(?:{_MEASURE}|(?=$|[，。？?！\s]|怎|风|利|收|手|费|是|有|能))(?!月|季|年|星期|周|工作日|问题)(?:产品)?"
    rf"|(?P<last>最后(?:那|面|一|这)*(?:一?(?:{_MEASURE})))(?!月|问题|星期|工作日)"
    r"|(?P<former>前者)|(?P<latter>后者)"
)
_BARE = re.compile(rf"^(?:我?(?:选|要|问)?(?:的?是)?)?(?P<n>{_ONE})(?:号|吧|，|。|\.|、)*$")
_SAFER = re.compile(
    r"风险(?:再|更|稍微)?(?:低|小)一?(?:点|些)|(?:更|再|稍微)(?:稳健|稳|安全)一?(?:点|些)?|稳(?:健|妥)?一?(?:点|些)的"
)


class Span(NamedTuple):
    """The item meant (from 0; -1 the last) and where in the text it is said."""

    item: int
    start: int
    end: int


def aspect(text: str) -> str | None:
    """What a message asks about a product: risk, fee, minimum, term, rate, buy; None where its words do not say."""
    return next((name for name, words in ASPECTS if words.search(text)), None)


def own_words(text: str, spans: Iterable[tuple[int, int]] = ()) -> str:
    """What is left of ``text`` without question words, particles, aspects, signs and the ``spans`` (entities)."""
    kept = list(text)
    for start, end in spans:
        kept[start:end] = "\n" * (end - start)
    return _SIGNS.sub("", _FILLER.sub(lambda match: match["kept"] or "", "".join(kept)))


def is_marked(text: str) -> bool:
    """Whether it goes on from what was said before: 那…, …呢, 换成…, 它, 这款."""
    return bool(_MARKER.search(text.strip(" 。？?！!")) or _POINTS.search(text))


def points_back(text: str) -> bool:
    """Whether a pronoun stands for what was spoken of: 它, 这款, 刚才那个."""
    return bool(_POINTS.search(text))


def points_at_product(text: str) -> bool:
    """Whether it means the product last spoken of by its measure word: 这款, 该产品."""
    return bool(_PRODUCT_POINTS.search(text))


def is_elliptic(text: str, spans: Iterable[tuple[int, int]] = ()) -> bool:
    """Whether it says nothing, or next to nothing, of its own."""
    plain = text.strip()
    if not plain or len(plain) > MAX_CHARS:
        return False
    return len(own_words(text, spans)) <= (MAX_OWN_CHARS if is_marked(plain) else 0)


def says_nothing(text: str) -> bool:
    """那个怎么弄: a question word and no more."""
    return bool(_SAYS_NOTHING.match(text.strip()))


def is_bare(text: str) -> bool:
    """Whether it says what to do but not with what (怎么注销): it may go on from before, or stand on its own."""
    return len(text.strip()) <= MAX_BARE_CHARS and len(own_words(text)) <= 2


def subject(question: str) -> str:
    """What a question is about, without what it asks: 往国外汇款怎么办理，几天到 → 往国外汇款.

    It is the first run of words of its own, as Chinese names the topic first.
    """
    marked = _FILLER.sub(lambda match: match["kept"] or " ", question)
    return next((run for run in _SIGNS.split(marked) if len(run) > 1), own_words(question))


def joined(text: str, question: str) -> list[str]:
    """``text`` made a whole question with what ``question`` was about; the ways to read it, likeliest first."""
    about, own = subject(question), own_words(text)
    asked = re.sub(r"^(?:那么?|如果|要是|换成|还有|另外)", "", text.strip())
    if not about or says_nothing(text):
        return []
    if not own or not is_marked(text.strip()) or _ASKS_HOW.search(asked):
        return [about + _POINTS.sub("", asked)]
    # 那柜台呢: the old question for another thing, or of the old thing.
    return list(dict.fromkeys([question.replace(about, own) if about in question else own + question, own + question]))


def ordinal(text: str) -> Span | None:
    """Which item of a list is meant: 第二个, 最后那款, 前者; None where none is."""
    match = _ORDINAL.search(text)
    if not match:
        return None
    item = -1
    if match["nth"]:
        item = number(match["nth"]) - 1
    elif match["former"]:
        item = 0
    return Span(item, match.start(), match.end())


def bare_number(text: str) -> Span | None:
    """A message that is a number and nothing else: 2, 选二, 3号."""
    match = _BARE.match(text.strip())
    return Span(number(match["n"]) - 1, 0, len(text)) if match else None


def number(numeral: str) -> int:
    """One numeral, Chinese or not, from 1 to 10."""
    return _NUMERALS.get(numeral) or int(numeral)


def asks_for_less_risk(text: str) -> bool:
    """有没有风险低点的, 稳一点的."""
    return bool(_SAFER.search(text))
