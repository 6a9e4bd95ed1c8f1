"""Sums of money in Chinese text: 5万元, 10w, 三万五, 500块, 20多万. Pure functions over normalised text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from bot.rasa_components.numerals import ABOUT, CN, TO, Found, chinese_number, vague

MAX_FEN = 10**15  # ten trillion yuan: beyond, it is some other number

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_MULTIPLIER = r"(?:\s?个?\s?(?:万亿|[万亿]|[wW](?![A-Za-z])|[kK](?![A-Za-z])|[千百]万?|十[万亿]))"
# What may follow the multiplier: 5万3千, 1万5, 3万零500.
_TAIL = rf"(?:零?(?:\d{{1,4}}|[{CN}])(?:[千百](?:\d百?)?)?(?![\d,.年月天日个号点%％:到至~\-]))"
_CHINESE = rf"[{CN}]+[{ABOUT}]?(?:[万亿]+(?:[{CN}\d]+[万亿]?)?)?|[{CN}]+"
_UNIT = r"\s?(?:元整|元钱|块钱|块整|元|圆|块|毛钱|毛|角(?![形螺度落色])|分钱)"
_AMOUNT = re.compile(
    rf"(?<![\d.,A-Za-z几数第{CN}万亿])(?P<sign>[¥￥]\s?)?"
    rf"(?:(?P<low>\d+(?:\.\d+)?|[{CN}]+){TO}(?=[\d{CN}]))?"
    rf"(?P<number>{_ARABIC}\s?[{ABOUT}]?{_MULTIPLIER}{_TAIL}?|{_ARABIC}|{_CHINESE})"
    rf"(?P<about>\s?[{ABOUT}](?![到账往回少]))?(?P<unit>{_UNIT}(?:(?P<cents>[\d一二三四五六七八九]{{1,2}}[毛角分]?)(?![\d个月年天共次笔张直下起定些样半A-Za-z])|整|多)?)?"
)
_BEFORE_AMOUNT = re.compile(
    r"(?:存|取|转|借|贷|买|投|充|还(?!是)|提现|汇|刷|花|有|扣|付|缴|交|收|欠|退|差|赚|亏|赔|消费|余额|额度|限额|工资|金额|本金|月供)"
    r"(?:了|个|款|账|走|掉|出|入|去|到|给我|给他|给|我|是|只有|还有|为|共|满|够|费|钱|的|：|:|\s)*$"
)
_NOT_BEFORE = re.compile(
    r"(?:尾号|单号|编号|账号|卡号|工号|验证码|密码|电话|手机|拨打|沪深|中证|积分|[A-Za-z]|前|后|末)(?:是|为|:|：|\s)*$"
)
_COUNTED = re.compile(
    r"\s?(?:分之|积分|里程|公里|平米|平方|小时|分钟|工作日|字节|多(?:个|人|次|年|天)|星期|"
    r"年(?![限化费利薪收])|[月日号天时点个位次笔期周岁级类档倍%‰％折成人步张台名家户亩字粉份克条米股件票吨只辆平届夜秒度])"
)
_FOREIGN = re.compile(
    r"\s?(?:人民币|美元|美金|美刀|欧元|日元|日圆|日币|英镑|港[币元]|[澳加韩][元币]|新[加西台]|新币|台币|泰铢|卢布|瑞|澳门[元币]|"
    r"(?:rmb|cny|usd|eur|gbp|jpy|hkd|aud|cad|chf|sgd|nzd|krw|thb)(?![A-Za-z]))",
    re.IGNORECASE,
)
# 一块办: 一块 is "together"; money only with 钱 or a verb.
_PIECES = re.compile(r"(?<![\d一二三四五六七八九十百])[一1]\s?块$")


def amounts(text: str) -> Iterator[Found]:
    """Sums of money in 分 (hundredths of any currency): 5万元, 10w, 三万五, 500块, 1万美元.

    From 万 (and 3千, 5k, 两千五) on a figure is money by itself unless something counted follows; a bare figure counts
    from three digits on, and only after 存, 取, 转, 借… A range is two: 5到10万 is 5 → 5万 and 10万.
    """
    for match in _AMOUNT.finditer(text):
        number, unit = match["number"].strip(), match["unit"]
        end = match.end()
        if match["about"] and not unit and not re.search(r"[百千万亿wWkK]$", number):
            continue
        if not _is_money(text, match, number, unit, end):
            continue
        yuan = _yuan(number)
        if yuan is None or vague(re.sub(rf"[{ABOUT}]", "", number)):
            continue
        yuan = _with_cents(yuan, unit, match["cents"])
        if not 0 < yuan * 100 <= MAX_FEN:
            continue
        start = match.start()
        if match["low"]:
            low = _low(match["low"], number)
            if low:
                yield Found("amount", start, match.end("low"), _fen(low))
            start = match.start("number")
        yield Found("amount", start, end, _fen(yuan))


def _is_money(text: str, match: re.Match[str], number: str, unit: str | None, end: int) -> bool:
    before = text[max(0, match.start() - 8) : match.start()]
    if match["sign"] or _FOREIGN.match(text, end):
        return not number.startswith(("万", "亿"))
    verb = _BEFORE_AMOUNT.search(before)
    if unit:
        pieces = _PIECES.search(number + unit)
        return not (pieces and not verb) and not (unit.strip() in "毛角" and _COUNTED.match(text, end))
    if _COUNTED.match(text, end) or _NOT_BEFORE.search(before):
        return False
    if text[end : end + 1] in ("几", "把", "-") and text[end : end + 1]:
        return False
    if re.search(rf"[\d{CN}][{ABOUT}]?\s?个?\s?[万亿wWkK]", number) or re.search(r"[\d一二两三四五六七八九]千", number):
        return True
    if text[end : end + 1].isascii() and text[end : end + 1].isalpha():
        return False  # 102m, 400KB
    return bool(verb) and bool(
        re.fullmatch(rf"\d{{3,9}}(?:\.\d+)?|\d{{1,3}}(?:,\d{{3}})+|[{CN}]*百[{CN}]*|\d百", number)
    )


def _yuan(number: str) -> Decimal | None:
    plain = re.sub(r"[wW]", "万", re.sub(r"[kK]", "千", number))
    plain = re.sub(rf"[\s,个{ABOUT}]", "", plain)
    try:
        return chinese_number(plain)
    except (InvalidOperation, KeyError):
        return None


def _low(low: str, number: str) -> Decimal | None:
    """The left figure of a range, with the multiplier of the right one: 5 of 5到10万 is 5万."""
    left = chinese_number(low)
    if left is None or vague(low):
        return None
    multiplied = re.fullmatch(rf"(?P<figure>{_ARABIC}|[{CN}]+?)\s?个?\s?(?P<unit>[万亿wWkK]|[千百]万?)", number)
    right = chinese_number(multiplied["figure"]) if multiplied else None
    if multiplied and right is not None and left < right and not re.search(r"[百千]", low):
        return left * (_yuan("1" + multiplied["unit"]) or 1)
    return left


def _with_cents(yuan: Decimal, unit: str | None, cents: str | None) -> Decimal:
    word = (unit or "").strip()
    if word.startswith(("毛", "角")):
        return yuan / 10
    if word.startswith("分"):
        return yuan / 100
    if not cents:
        return yuan
    figure = chinese_number(cents.rstrip("毛角分")) or Decimal(0)
    return yuan + figure / (100 if cents.endswith("分") or figure >= 10 else 10)


def _fen(yuan: Decimal) -> str:
    return str(int(yuan * 100))
