"""Percentages in Chinese text: 3.5%, 百分之三点五, 三个点, 万分之五, LPR+20BP. Pure functions over normalised text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.rasa_components.numerals import CN, DIGITS, TO, Found, chinese_number, plain

MAX_PERCENT = 1000  # more is no rate that a bank and a customer speak of

_FIGURE = rf"(?:\d+(?:\.\d+)?|[{CN}]+(?:点[零〇一二三四五六七八九]+)?)"
# 万分之五一年: after 分之 a figure has one digit, or tens; what follows counts something else.
_SHARE = (
    r"(?:\d+(?:\.\d+)?|(?:一百(?:零?[一二三四五六七八九]|[一二三四五六七八九]十)?|[一二三四五六七八九]?十[一二三四五六七八九]?"
    r"|百|[零一二两三四五六七八九])(?:点[零〇一二三四五六七八九]+(?![年个月天]))?)"
)
_LPR = re.compile(
    rf"(?<![A-Za-z])LPR\s?(?:再?(?P<plus>加点?|\+|＋|上浮|上调|上)|再?(?P<minus>减点?|-|－|下浮|下调|下))\s?(?P<figure>{_FIGURE})\s?"
    r"(?P<unit>个?基点|个?BP[sS]?|%|％|个百分点|个点)",
    re.IGNORECASE,
)
_RATE = re.compile(
    rf"(?<![\d.])(?:(?P<low>\d+(?:\.\d+)?){TO})?(?P<percent>\d+(?:\.\d+)?)\s?[%％]"
    rf"|(?:百分之|(?P<thousand>千分之)|(?P<myriad>万分之))(?P<of>{_SHARE})"
    r"|(?<![\d.])(?P<permille>\d+(?:\.\d+)?)\s?‰"
    rf"|(?<![\d.第几{CN}])(?P<points>\d+点\d+|{_FIGURE})\s?个点(?P<half>[五5](?!\d))?(?!位|名|心|餐|赞)"
    r"|(?<=[日天]息)万(?P<day>\d(?:\.\d+)?|[一二三四五六七八九])(?![\d元块万个])"
    rf"|(?:(?P<period>[年月日])(?:利率|利息|息)(?:是|为|才|只有|大概|约|:)?\s?)(?P<small>{_FIGURE})\s?(?P<coin>[厘分])(?P<tail>[一二三四五六七八九\d])?(?!钱|期|之)"
)
_WORDS = r"(?:年化收益率|年化利率|年化|年利率|月利率|日利率|收益率|利率|利息|费率|年息|首付比例)"
_BETWEEN = (
    r"(?:(?:现在|目前|也)?(?:是|为|才|就|只有|有|大概|大约|约|差不多|到|在|按"
    r"|涨到|降到|降至|低至|能到|能有|:|：|达到|不到|超过)){0,2}"
)
_BARE = re.compile(
    rf"{_WORDS}\s?{_BETWEEN}\s?(?P<after>\d{{1,2}}(?:\.\d{{1,4}})?|[一二三四五六七八九十]点[零一二三四五六七八九]+)"
    rf"(?:{TO}(?P<second>\d{{1,2}}(?:\.\d{{1,4}})?))?"
    r"(?![\d,.%％‰年月日天号个万千百元块厘分点折倍期w笔次户类]|-\d)"
    rf"|(?<![\d.])(?P<before>\d{{1,2}}\.\d{{1,4}}|[一二三四五六七八九十]点[零一二三四五六七八九]+)的{_WORDS}"
)
# 涨0.5个点 is fine, 降了25个基点 and 0.5个百分点 are differences: they do not match at all.
_DIVISOR = {
    "年": Decimal(1),
    "月": Decimal("0.1"),
    "日": Decimal("0.01"),
}  # percent of one 厘: a year's 1%, a month's 1‰


def rates(text: str) -> Iterator[Found]:
    """Percentages as decimal strings: 3.5% → ``3.5``, 万分之五 → ``0.05``; over LPR ``LPR+0.2`` (20BP)."""
    for match in _LPR.finditer(text):
        figure = _number(match["figure"])
        if figure is not None:
            percent = figure / 100 if "点" not in match["unit"] or "基" in match["unit"] else figure
            percent = figure if match["unit"] in "%％" else percent
            sign = "+" if match["plus"] else "-"
            yield Found("rate", match.start(), match.end(), f"LPR{sign}{plain(percent)}")
    for match in _RATE.finditer(text):
        yield from _stated(match)
    for match in _BARE.finditer(text):
        for name in ("after", "second", "before"):
            figure = _number(match[name] or "")
            if figure:
                yield Found("rate", match.start(name), match.end(name), plain(figure))


def _stated(match: re.Match[str]) -> Iterator[Found]:
    got = match.groupdict()
    start, end = match.span()
    if got["percent"]:
        if got["low"]:
            yield Found("rate", start, match.end("low"), plain(Decimal(got["low"])))
            start = match.start("percent")
        value: Decimal | None = Decimal(got["percent"])
    elif got["of"]:
        divisor = 10 if got["thousand"] else 100 if got["myriad"] else 1
        figure = _number(got["of"])
        value = None if figure is None or (figure == 100 and divisor == 1) else figure / divisor
    elif got["permille"]:
        value = Decimal(got["permille"]) / 10
    elif got["points"]:
        value = _number(got["points"])
        if value is not None and got["half"]:
            value += Decimal("0.5")  # 三个点五
    elif got["day"]:
        figure = _number(got["day"])
        value = None if figure is None else figure / 100
    else:
        start = match.start("small")
        figure = _number(got["small"])
        if figure is None:
            return
        if got["tail"]:
            figure += (_number(got["tail"]) or Decimal(0)) / 10  # 一分二: 1.2 分
        value = figure * _DIVISOR[got["period"]] * (10 if got["coin"] == "分" else 1)
    if value is not None and 0 < value <= MAX_PERCENT:
        yield Found("rate", start, end, plain(value))


def _number(text: str) -> Decimal | None:
    """3.5, 三点五, 十二点零五."""
    if not text:
        return None
    whole, point, rest = text.partition("点")
    value = chinese_number(whole)
    if value is None or not point:
        return value
    return value + Decimal("0." + "".join(str(DIGITS.get(char, char)) for char in rest))
