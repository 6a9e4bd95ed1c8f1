"""Terms and risk levels in Chinese text, as customers write them. Pure functions over normalised text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.rasa_components.numerals import ABOUT, CN, NUMBER, TO, Found, chinese_number, vague

DAYS_PER_MONTH = 30
DAYS_PER_YEAR = 365
MAX_YEARS = 70  # more is a calendar year (2026年), not a term

# 第三天, 每3个月, 哪一天, 这两天: no length of time; nor 几个月, 十几天, 上一周.
_NOT_BEFORE = rf"(?<![\d.第每哪某这几数{CN}])(?<!.那)"  # 我那三年 are years gone by; 那三年呢 asks for a term
# 三年级, 周年, 一天通知, 一年四季, 三天两头, 一天到晚; 一年前 is a point in time; 3个月大 an age.
_NOT_AFTER = r"(?![级制岁]|(?:以|之)?前|四季|两头|到晚|到头|一度|如一日|大的)"
_TERM = re.compile(
    rf"{_NOT_BEFORE}(?:(?P<low>{NUMBER}){TO}(?=[\d{CN}]))?(?:"
    rf"(?P<years>{NUMBER})\s?(?P<years_about>[{ABOUT}])?年(?!月(?!供)|第)(?:(?P<half_year>半)|[{ABOUT}](?!少))?"
    rf"(?:(?:零|又|外加)?(?P<extra>{NUMBER})个月)?"
    rf"|(?P<months>{NUMBER})\s?[{ABOUT}]?个(?:(?P<half_month>半)|[{ABOUT}](?!少))?月(?!前)"
    rf"|(?P<months_plain>\d{{1,2}}|[{CN}]{{1,3}})月(?=期(?!货|权|间|限|待|末|初))"
    r"|(?P<half>半)年(?!级|度|报)"
    r"|(?P<fortnight>半)个(?:多)?月"
    rf"|(?P<quarters>{NUMBER})个季度"
    rf"|(?P<weeks>{NUMBER})\s?[{ABOUT}]?(?:个[{ABOUT}]?(?:星期|礼拜)|星期|礼拜|周)(?![一二三四五六日天\d年岁转期])"
    rf"|(?P<days>{NUMBER})\s?[{ABOUT}]?天(?!天|\s?24|[*×x]24)"
    rf")(?:期(?!货|权|间|限|待|末|初|中|内))?{_NOT_AFTER}"
)


def terms(text: str) -> Iterator[Found]:
    """Lengths of time, in days: 三个月 → 90, 半年 → 180, 两年半 → 910. Dates (2026年, 3月5日) are none.

    A range is two: 3-6个月 is 3 → 90 and 6个月 → 180.
    """
    for match in _TERM.finditer(text):
        days = _days(match)
        start = match.start()
        if days is None or days < 1 or _idle(text[max(0, start - 2) : start], match.group()):
            continue
        if match["low"]:
            low = chinese_number(match["low"])
            unit = match.group().rstrip("期")
            factor = _unit_days(unit)
            if low and factor and not vague(match["low"]):
                yield Found("term", start, match.end("low"), str(int(low * factor)))
            start = next(match.start(name) for name in _COUNTS if match[name])
        yield Found("term", start, match.end(), str(int(days)))


def _idle(before: str, term: str) -> bool:
    """有一天, 同一天, 前两天, 过两天, 上一年: words for a time, no length; but 还有一天, 提前3天, 超过两天."""
    if term == "一天" and before.endswith(("有", "同")) and before not in ("还有", "就有", "只有", "没有"):
        return True
    if term.startswith(("一周", "一年", "一个月")) and before.endswith(("上", "下")) and not before.endswith("以上"):
        return True
    return term in ("两天", "几天") and before.endswith(("前", "过")) and before not in ("提前", "超过", "不过")


_COUNTS = ("years", "months", "months_plain", "half", "fortnight", "quarters", "weeks", "days")


def _unit_days(term: str) -> int | None:
    for unit, days in (("年", DAYS_PER_YEAR), ("季度", 90), ("月", DAYS_PER_MONTH), ("天", 1)):
        if term.endswith(unit):
            return days
    return 7 if term.endswith(("周", "星期", "礼拜")) else None


def _days(match: re.Match[str]) -> Decimal | None:
    got = match.groupdict()
    if got["half"]:
        return Decimal(6 * DAYS_PER_MONTH)
    if got["fortnight"]:
        return Decimal(15)
    count = next((got[name] for name in _COUNTS if got[name]), "")
    if vague(count):
        return None
    if got["years"]:
        years = chinese_number(count)
        if years is None or years > MAX_YEARS:
            return None
        months = (chinese_number(got["extra"]) or 0) if got["extra"] else 0
        return _months(years * 12 + (6 if got["half_year"] else 0) + months)
    if got["months"] or got["months_plain"]:
        months = chinese_number(count)
        if months is None or months > MAX_YEARS * 12:
            return None
        return _months(months) + (15 if got["half_month"] else 0)
    for name, factor in (("quarters", 3 * DAYS_PER_MONTH), ("weeks", 7), ("days", 1)):
        if got[name]:
            number = chinese_number(count)
            return None if number is None or number > MAX_YEARS * DAYS_PER_YEAR else number * factor
    return None


def _months(months: Decimal) -> Decimal:
    """Whole years count 365 days, the months beyond them 30, as the banks' product lists do."""
    return months // 12 * DAYS_PER_YEAR + months % 12 * DAYS_PER_MONTH


_RISK = re.compile(
    r"(?<![A-Za-z\d])P?R\s?(?P<letter>[1-5])(?![A-Za-z\d])级?"
    r"|(?<![\d一二三四五六七八九十第])(?P<grade>[一二三四五1-5])级"
    r"(?!市场|分行|支行|甲等|医院|建造|账户|代理|教师|证书|菜单|页面|密码|域名|残疾|伤残|保护|响应|行政|单位|公司|目录|考试|部门|造价|消防|公务|注册|英语|日语|运动|厨师|地震|台风)"
    r"|(?P<words>中低|较低|中高|较高|中等|低|中|高)风险(?!账户|地区|交易|客户|国家|人群|职业|行业|等级的地)",
    re.IGNORECASE,
)
# 一级一级往下推: a bare grade is one of risk only where the sentence speaks of products.
_OF_PRODUCTS = re.compile(r"风险|理财|产品|基金|债|存款")
_RISK_WORDS = {"低": 1, "中低": 2, "较低": 2, "中": 3, "中等": 3, "中高": 4, "较高": 4, "高": 5}


def risk_levels(text: str) -> Iterator[Found]:
    """Product risk levels ``R1``–``R5``: R2, PR2, 二级, 中低风险."""
    for match in _RISK.finditer(text):
        if match["letter"]:
            level = int(match["letter"])
        elif match["grade"]:
            if not _OF_PRODUCTS.search(text):
                continue
            level = int(chinese_number(match["grade"]) or 0)
        else:
            level = _RISK_WORDS[match["words"]]
        yield Found("risk_level", match.start(), match.end(), f"R{level}")
