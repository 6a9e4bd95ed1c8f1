"""Splits a message that asks more than one thing into its questions. A pure function.

A story with one question stays whole: what is told before a question belongs to it, and what follows without being a
question belongs to the one before.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_PARTS = 3  # more at once nobody reads
MIN_CHARS = 3  # less is no question of its own
_LINK = re.compile(
    r"(?:^|(?<=[\s，,。；;！!？?、\n]))(?:还有(?:就是|一个|个问题)?|另外|再有|此外|顺便(?:再)?(?:问(?:一下|下|一句|问)?)?|"
    r"再(?:问|请教)(?:一个|一下|下|个|您)?(?:问题)?|对了|然后(?:我)?还?(?:想|要)问(?:一下|下)?|还想(?:再)?问(?:一下|下)?|"
    r"第[二三]个?问题(?:是)?|同时)[，,：:\s]*"
)
_LINK_INSIDE = re.compile(
    r"(?:另外|顺便问(?:一下|下)?|还有(?=怎么|如何|多少|哪|什么|能|可以)|以及(?=怎么|如何|多少|哪|什么|能不能|有没有))[，,：:\s]*"
)
_REQUEST = re.compile(r"帮我|麻烦|我(?:想|要)(?:查|办|了解|咨询|知道|开|申请)|查(?:一下|下|询)|介绍")
_END = re.compile(r"[。！!？?；;\n]+|[，,\s]+")
_ASKS = re.compile(
    r"[吗呢么嘛]\s*[？?]?$|[？?]|怎么|如何|咋|多少|多久|多长|几[天点个年号块]|什么|啥|哪|是否|为何|能不能|可不可以|要不要|"
    r"有没有|会不会|是不是|行不行|好不好|用不用|收不收|需不需要|可以.{0,10}不$|能.{0,10}不$"
)
# Questions about the story just told, never on their own.
_TAIL = re.compile(
    r"^(?:请问)?(?:我?(?:该|应该|要)?(?:怎么办|咋办|怎么弄|怎么处理|如何处理|怎么回事|咋回事|什么情况|为什么|为啥|是什么原因|"
    r"什么原因|可以吗|行吗|好吗|对吗|对不对|是吗|是不是|真的吗|是真的吗|会这样|能解决吗|有办法吗|知道吗|好不好|行不行|急|"
    r"在吗|在不在|有人吗|你知道吗|你们说呢|怎么样|谢谢.*))[啊呀呢吧么嘛]*$"
)


class Part(NamedTuple):
    """One question: ``text[start:end]`` of the message. ``linked``: said to be another (还有, 另外)."""

    text: str
    start: int
    end: int
    linked: bool


def split(text: str) -> list[Part]:
    """The questions of ``text`` in their order, at least two and at most three; none where it asks one thing."""
    parts: list[Part] = []
    begin, linked = 0, False  # of the part that is being put together
    asked = requested = False
    told: int | None = None  # where a story begins that follows the last question
    for start, end, hard, link in _clauses(text):
        clause = text[start:end]
        question = _is_question(clause)
        if link and (asked or requested) and len(clause) >= MIN_CHARS:
            parts.append(_part(text, begin, start, linked))
            begin, linked, told = start, True, None
        elif asked and question:
            at = start if told is None else told
            parts.append(_part(text, begin, at, linked))
            begin, linked, told = at, False, None
        elif asked and hard and told is None:
            told = start
        asked = asked or question
        requested = requested or bool(_REQUEST.search(clause))
    if not parts:
        return []
    parts.append(_part(text, begin, len(text), linked))
    parts = [part for part in parts if len(part.text) >= MIN_CHARS]
    return parts[:MAX_PARTS] if len(parts) > 1 else []


def _part(text: str, start: int, end: int, linked: bool) -> Part:
    said = text[start:end]
    opening = _LINK.match(said) or _LINK_INSIDE.match("。" + said, 1)
    if opening:
        said = said[opening.end() - (0 if opening.re is _LINK else 1) :]
    plain = said.strip(" \t\r\n，,。；;、")
    at = end - len(said) + said.find(plain)
    return Part(plain, at, at + len(plain), linked)


def _clauses(text: str) -> list[tuple[int, int, bool, bool]]:
    """``(start, end, after a sentence's end, after a link)`` of each clause."""
    cuts: dict[int, tuple[bool, bool]] = {0: (True, False)}
    for match in _END.finditer(text):
        cuts.setdefault(match.end(), (match.group().strip("，, \t") != "", False))
    for pattern in (_LINK, _LINK_INSIDE):
        for match in pattern.finditer(text):
            cuts[match.start()] = (True, True)
            for inside in [cut for cut in cuts if match.start() < cut <= match.end()]:
                del cuts[inside]
    if not text:
        return []
    places = sorted(cut for cut in cuts if cut < len(text))
    ends = [*places[1:], len(text)]
    return [(start, end, *cuts[start]) for start, end in zip(places, ends, strict=True)]


def _is_question(clause: str) -> bool:
    plain = _LINK.sub("", clause).strip(" \t\r\n，,。！!；;、")
    bare = plain.strip("？?")
    return len(bare) >= MIN_CHARS and bool(_ASKS.search(plain)) and not _TAIL.match(bare)
