"""Dates in Chinese text, absolute or counted from today: 3月5号, 明天, 下周三, 上个月15号, 国庆. Pure functions."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.rasa_components.numerals import CN, TO, Found, digits_read, small_number

_CN_SMALL = "[一二三四五六七八九十]"
_YEAR = r"(?P<year>20\d\d|二[零〇]\d?[零〇一二三四五六七八九]{2}|[12]\d(?=年\s?(?:0?\d|1[0-2])月))年\s?"
_MONTH = rf"(?P<month>1[0-2]|0?[1-9]|十[一二]?|{_CN_SMALL})\s?月(?P<share>份)?"
_DAY = rf"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二?十{_CN_SMALL}?|{_CN_SMALL})"
_SPOKEN_YEAR = r"(?P<spoken_year>大前年|前年|去年|今年|明年|后年|上一年|本年)的?"
_SPOKEN_MONTH = r"(?P<spoken_month>上个?月|下个?月|这个?月|本月|当前月)的?"
_EDGE = r"(?P<edge>底|末|初)"
_STREET = (
    r"(?!\s?(?:楼|线|窗|柜|店|院|门|卡|文|码|段|机|铺|房|桥|院|库|员|厅|令|通知|宿舍|地铁|工作人员|公路|客服|出口))"
)

_DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1,
    "今天": 0, "今日": 0, "今晚": 0, "今早": 0,
    "今儿": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "明儿": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上一年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_WEEKDAYS = {char: value for value, char in enumerate("一二三四五六日")} | {"天": 6}

# First day of the moving holidays (month, day), from the lunar calendar. After the last year they are not read.
_LUNAR = {
    "春节": {
        2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
        2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28),
    },
    "端午": {
        2024: (6, 10), 2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28), 2029: (6, 16), 2030: (6, 5),
        2031: (6, 24), 2032: (6, 12), 2033: (6, 1), 2034: (6, 20), 2035: (6, 10), 2036: (5, 30),
    },
    "中秋": {
        2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12),
        2031: (10, 1), 2032: (9, 19), 2033: (9, 8), 2034: (9, 27), 2035: (9, 16), 2036: (10, 4),
    },
    "清明": {
        2024: (4, 4), 2025: (4, 4), 2026: (4, 5), 2027: (4, 5), 2028: (4, 4), 2029: (4, 4), 2030: (4, 5),
        2031: (4, 5), 2032: (4, 4), 2033: (4, 4), 2034: (4, 5), 2035: (4, 5), 2036: (4, 4),
    },
}  # fmt: skip
_FIXED = {"元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "圣诞": (12, 25)}
HOLIDAY_DAYS = 7  # while a holiday lasts (at most 8 days) its name still means this one
_HOLIDAY = (
    rf"(?:{_SPOKEN_YEAR})?(?P<holiday>元旦|春节|除夕|端午|中秋|清明|劳动节|国庆|圣诞|(?<![周期第十百个])五一(?![个次天块节课])"
    r"|五一(?=节)|(?<![不超通经度])过年(?![费化龄限利轻息末底度]))节?(?!假日办|档|快乐|上河)"
)

_PATTERNS: tuple[str, ...] = (
    r"(?<![\d.])(?P<y>20\d\d)\s?(?P<mark>[-/.])\s?(?P<m>1[0-2]|0?[1-9])\s?(?P=mark)\s?(?P<d>3[01]|[12]\d|0?[1-9])(?![\d.])",
    r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
    rf"(?<![\d.])(?P<m>1[0-2]|[1-9])\.(?P<d>3[01]|[12]\d|[1-9])[号日]{_STREET}",
    rf"(?<![\d.第])(?:{_YEAR}|{_SPOKEN_YEAR})?(?<![\d.第几个分按期每{CN}])(?:{_MONTH})\s?(?:{_DAY}\s?[号日]{_STREET}(?:{TO}(?P<second>3[01]|[12]\d|0?[1-9])[号日])?"
    rf"|(?P<bare_day>3[01]|[12]\d|[1-9])(?=[的转存取到买还贷借汇刷办开扣付消收前后，,。\s]|$)(?!\d)|{_EDGE})?(?!期(?!间)|[供息薪租费付卡入])",
    rf"(?<![每个]){_SPOKEN_MONTH}(?:{_DAY}\s?[号日]{_STREET}(?:{TO}(?P<second>3[01]|[12]\d|0?[1-9])[号日])?|月?{_EDGE})?(?![供息薪租费光刊])",
    rf"(?<![\d.A-Za-z第每几{CN}月])(?P<only_day>3[01]|[12]\d|0?[1-9]|三十一?|二?十{_CN_SMALL}?|{_CN_SMALL})号{_STREET}(?![A-Za-z\d])",
    r"(?<![每\d一二三四五六七八九十])月(?P<month_edge>底|末|初)",
    r"(?:(?P<edge_year>去|今|明|前|后)年?|(?<![每半周\d一二三四五六七八九十百]))年(?P<year_edge>底|末|初)|(?P<edge_year_2>去|今|明)(?:年年?)?(?P<year_edge_2>底|末|初)",
    rf"{_YEAR}(?!第)(?!\s?\d{{1,2}}月)",
    r"(?<![以])(?P<only_year>大前年|前年|去年|今年|明年|后年)",
    r"(?P<week>上上|下下|上|下|这|本)个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-6])",
    r"(?<!提)(?P<relative>大前天|前天|前日(?!志)|昨天|昨日|昨晚|昨夜|今天|今日(?!头条)|今晚|今早|今儿|明天|明日|明早|明晚|明儿|大后天|(?<!今)后天(?!性))(?!数)",
    rf"(?<![\d.第几{CN}])(?P<ago>\d{{1,3}}|[{CN}]+)\s?(?P<ago_unit>天|个?星期|个?礼拜|周)(?:以|之)?前",
    _HOLIDAY,
)
_COMPILED = tuple(re.compile(pattern) for pattern in _PATTERNS)
_REPEATED = re.compile(r"(?:每个?[月年]|每逢|每到|账单日|还款日|出账|扣款日|发薪日|记账日)[^，。,；;！？!?\n]*$")
_BEFORE_DUE = re.compile(r"(?:到期|还款日|提前|开始|截止|满)\s?$")
_TOO_NEAR = (1, 2), (11, 12)


def dates(text: str, today: date) -> Iterator[Found]:
    """Dates as ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; what is relative is counted from ``today``.

    A date without a year lies in this calendar year; in November and December, January and February mean the next
    one, and the other way round. What repeats (每月15号) and what does not exist (2月30号) is none.
    """
    for pattern in _COMPILED:
        for match in pattern.finditer(text):
            yield from _read(text, match, today)


def _read(text: str, match: re.Match[str], today: date) -> Iterator[Found]:
    got = {name: value for name, value in match.groupdict().items() if value is not None}
    start, end = match.span()
    while text[end - 1] in " 的":
        end -= 1
    repeated = _REPEATED.search(text, 0, start)
    if repeated and not got.keys() & {"y", "year", "relative", "week", "ago"}:
        return
    if "second" in got and "day" in got:
        end = match.end("day") + 1
        second = _resolve({**got, "day": got["second"]}, today)
        if second:
            yield Found("date", match.start("second"), match.end(), second)
    if "ago" in got and _BEFORE_DUE.search(text, 0, start):
        return
    value = _resolve(got, today)
    if value:
        yield Found("date", start, end, value)


def _resolve(got: dict[str, str], today: date) -> str | None:
    for names, resolve in _RESOLVERS:
        if names & got.keys():
            return resolve(got, today)
    return None


def _absolute(got: dict[str, str], today: date) -> str | None:
    month = int(got["m"])
    return _day(int(got["y"]) if "y" in got else _near_year(month, today), month, int(got["d"]))


def _calendar_month(got: dict[str, str], today: date) -> str | None:
    month = small_number(got["month"])
    if got["month"] == "一" and not got.keys() & {"day", "edge", "year", "spoken_year", "share"}:
        return None  # 一月 is as often "a month"; 一月份 is not
    if not month or not 1 <= month <= 12:
        return None
    return _in_month(_year_of(got, month, today), month, got)


def _spoken_month(got: dict[str, str], today: date) -> str | None:
    step = {"上": -1, "下": 1}.get(got["spoken_month"][0], 0)
    return _in_month(*_shifted(today, step), got)


def _in_month(year: int, month: int, got: dict[str, str]) -> str | None:
    if "edge" in got:
        return _edge_of_month(year, month, got["edge"])
    if "day" in got or "bare_day" in got:
        day = small_number(got.get("day") or got["bare_day"])
        return _day(year, month, day) if day else None
    return f"{year:04}-{month:02}"


def _edge_of_month(year: int, month: int, edge: str) -> str:
    day = 1 if edge == "初" else calendar.monthrange(year, month)[1]
    return date(year, month, day).isoformat()


def _edge_of_year(got: dict[str, str], today: date) -> str:
    spoken = got.get("edge_year") or got.get("edge_year_2")
    year = today.year + (_YEARS[f"{spoken}年"] if spoken else 0)
    edge = got.get("year_edge") or got.get("year_edge_2")
    return f"{year:04}-01-01" if edge == "初" else f"{year:04}-12-31"


def _year_of(got: dict[str, str], month: int, today: date) -> int:
    if "spoken_year" in got:
        return today.year + _YEARS[got["spoken_year"]]
    if "year" in got:
        return _written_year(got["year"])
    return _near_year(month, today)


def _written_year(text: str) -> int:
    year = digits_read(text) or 0
    return year + 2000 if year < 100 else year


def _near_year(month: int, today: date) -> int:
    early, late = _TOO_NEAR
    if today.month in late and month in early:
        return today.year + 1
    if today.month in early and month in late:
        return today.year - 1
    return today.year


def _shifted(today: date, months: int) -> tuple[int, int]:
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


def _weekday(got: dict[str, str], today: date) -> str:
    name = got["weekday"]
    number = int(name) - 1 if name.isdecimal() else _WEEKDAYS[name]
    monday = today - timedelta(days=today.weekday())
    return (monday + timedelta(days=7 * _WEEKS[got["week"]] + number)).isoformat()


def _ago(got: dict[str, str], today: date) -> str | None:
    count = small_number(got["ago"])
    if count is None or count > 3660:  # ten years of days: more is no day that anybody counts
        return None
    return (today - timedelta(days=count * (1 if got["ago_unit"] == "天" else 7))).isoformat()


def _holiday(got: dict[str, str], today: date) -> str | None:
    name = got["holiday"]
    if "spoken_year" in got:
        day = _holiday_in(name, today.year + _YEARS[got["spoken_year"]])
    else:
        days = (_holiday_in(name, year) for year in (today.year, today.year + 1))
        day = next((one for one in days if one and one + timedelta(days=HOLIDAY_DAYS) >= today), None)
    return day.isoformat() if day else None


def _holiday_in(name: str, year: int) -> date | None:
    if name in _FIXED:
        return date(year, *_FIXED[name])
    known = _LUNAR["春节" if name in ("除夕", "过年") else name].get(year)
    if not known:
        return None
    return date(year, *known) - timedelta(days=1 if name == "除夕" else 0)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


Resolver = Callable[[dict[str, str], date], "str | None"]
_RESOLVERS: tuple[tuple[set[str], Resolver], ...] = (
    ({"d"}, _absolute),
    ({"holiday"}, _holiday),
    ({"spoken_month"}, _spoken_month),
    ({"month"}, _calendar_month),
    ({"only_day"}, lambda got, today: _day(today.year, today.month, small_number(got["only_day"]) or 0)),
    ({"month_edge"}, lambda got, today: _edge_of_month(today.year, today.month, got["month_edge"])),
    ({"year_edge", "year_edge_2"}, _edge_of_year),
    ({"year"}, lambda got, today: f"{_written_year(got['year']):04}"),
    ({"only_year"}, lambda got, today: f"{today.year + _YEARS[got['only_year']]:04}"),
    ({"weekday"}, _weekday),
    ({"relative"}, lambda got, today: (today + timedelta(days=_DAYS[got["relative"]])).isoformat()),
    ({"ago"}, _ago),
)
