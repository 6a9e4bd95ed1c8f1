"""Misspelt characters: those that sound or look like the ones meant. Pure functions.

A noisy channel: of all ways to read a text, each character as it stands or as one that it may have been written for,
the one is taken that is likeliest in the customers' language once each change has been paid for. A change costs more
the rarer the written character is, as an input method offers frequent ones. Characters that stand in the project's
texts just so, with their neighbours, are never doubted.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from bot.text.language import EDGE, LETTERS, NUMBER, ORDER, Language, language
from bot.text.sounds import near_sound
from bot.text.tables import lookalikes, readings, replacements
from bot.text.vocabulary import vocabulary

# What a change costs (natural logarithm): how seldom one is written for the other.
SAME_SOUND = 4.0
NEAR_SOUND = 5.5  # 's' for 'sh', 'in' for 'ing'
SAME_SHAPE = 6.0
RARE_MOST = 5.0  # added at most for how rare the written character is among those of its sound
EVEN_RARE = 100  # occurrences in the dictionary that even the rarest is given
# Added where a particle is written (付款吗 is not 付款码), where the written character makes a word with a neighbour,
# where a numeral is written or meant (多九, 问以下), for each further doubted character around: little is known of such
# language.
PARTICLE = 1.5
IN_WORD = 1.0
NUMERAL = 2.5
STRANGE = 0.5
AROUND, ALONE = 3, 2  # characters on each side, and how many of them may be doubted
TOGETHER = 2.0  # taken off where the one before is changed, too: input methods offer words (恶毒 for 额度)
MEANT_OFTEN = 2  # occurrences in the texts of a character that may be meant
BEAM = 8  # ways to read the text so far that are kept
OPTIONS = 6  # characters that may be meant in one place
MAX_CHARS = 200  # a longer text is a story, where single characters matter little
ROUNDS = 5  # a correction may allow the next one; more than three have never been needed
CACHE_TEXTS = 1024
PARTICLES = frozenset(
    "吗嘛呢吧的地得了是会能我你他她它都就也很但只啦呀啊哦好多不没有在还么什这那想先拿给要去来把被让从到过和时少怎并"
)
# Never one for the other: both make sense nearly everywhere, or the same.
EQUALS = ("他她它", "你您", "那哪", "在再", "吗嘛", "的地得", "做作", "买卖")
NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两几")
HAN = re.compile(r"[一-鿿]{2,}")
_TOKEN = re.compile(r"[一-鿿]|(\d+)|([A-Za-z]+)|[^一-鿿0-9A-Za-z]+", re.ASCII)

Options = list[dict[str, float]]  # for each place, the characters that may be meant and what each costs


def correct(text: str) -> str:
    """``text`` with misspelt characters corrected; of the same length."""
    for _ in range(ROUNDS):
        before = text
        text = _pairs(text)
        if HAN.search(text) is not None:
            text = _read(text)
        if text == before:
            break
    return text


def _pairs(text: str) -> str:
    for row in replacements("pairs.tsv"):
        start = text.find(row.written)
        while start >= 0:
            end = start + len(row.written)
            if row.fits(text, start, end):
                text = text[:start] + row.meant + text[end:]
            start = text.find(row.written, end)
    return text


@lru_cache(maxsize=CACHE_TEXTS)
def _read(text: str) -> str:
    """The likeliest reading of ``text``."""
    if len(text) > MAX_CHARS:
        return text
    shape, places = _shape(text)
    model = language()
    options = _options(shape, model)
    if all(len(choice) == 1 for choice in options):
        return text
    meant = _likeliest(shape, _plausible(options, model))
    characters = list(text)
    for place, char in zip(places, meant, strict=True):
        if place >= 0:
            characters[place] = char
    return "".join(characters)


def _shape(text: str) -> tuple[str, list[int]]:
    """``text`` as the model reads it and where each character stands, -1 for what is no Chinese character."""
    shape, places = [EDGE], [-1]
    for found in _TOKEN.finditer(text):
        if HAN.match(found.group() * 2):
            shape.append(found.group())
            places.append(found.start())
        elif found.group(1) or found.group(2) or shape[-1] != EDGE:
            shape.append(NUMBER if found.group(1) else LETTERS if found.group(2) else EDGE)
            places.append(-1)
    if shape[-1] != EDGE:
        shape.append(EDGE)
        places.append(-1)
    return "".join(shape), places


def _options(shape: str, model: Language) -> Options:
    """What may be meant in each place: only what is written where its neighbours vouch for it."""
    words = vocabulary()
    options: Options = []
    vouched = [model.seen(shape[at : at + ORDER]) > 0 for at in range(len(shape) - ORDER + 1)]
    doubts = [
        "一" <= char <= "鿿"
        and not (
            any(vouched[max(0, at - ORDER + 1) : at + 1])
            and shape[at - 1 : at + 1] in model.tied
            and shape[at : at + 2] in model.tied
        )
        for at, char in enumerate(shape)
    ]
    for at, (char, doubted) in enumerate(zip(shape, doubts, strict=True)):
        choice = {char: 0.0}
        if doubted and not _in_number(shape, at):
            worded = shape[at - 1 : at + 1] in words or shape[at : at + 2] in words
            extra = IN_WORD if worded else 0.0
            extra += STRANGE * max(0, sum(doubts[max(0, at - AROUND) : at + AROUND + 1]) - ALONE)
            choice.update((meant, cost + extra) for meant, cost in _alike(char))
        options.append(choice)
    return options


def _in_number(shape: str, at: int) -> bool:
    """Whether a numeral stands beside another, where only the customer knows what was meant."""
    beside = shape[at - 1] + shape[at + 1]
    return shape[at] in NUMERALS and (NUMBER in beside or not NUMERALS.isdisjoint(beside))


def _plausible(options: Options, model: Language) -> Options:
    """Of the characters that may be meant, those that best go with a neighbour."""
    tied = model.tied
    gains: list[dict[str, float]] = [{} for _ in options]
    for at in range(len(options) - 1):
        left, right = options[at], options[at + 1]
        if len(left) == len(right) == 1:
            continue
        for one, cost in left.items():
            for other, other_cost in right.items():
                pair = one + other
                if pair in tied:
                    gain = _log(pair) - cost - other_cost + (TOGETHER if cost and other_cost else 0.0)
                    gains[at][one] = max(gain, gains[at].get(one, gain))
                    gains[at + 1][other] = max(gain, gains[at + 1].get(other, gain))
    plausible: Options = []
    for choice, gain_of in zip(options, gains, strict=True):
        best = sorted(gain_of, key=lambda char: (-gain_of[char], char))[:OPTIONS]
        written = next(iter(choice))
        plausible.append({written: 0.0, **{char: choice[char] for char in best}})
    return plausible


def _likeliest(shape: str, options: Options) -> str:
    """The likeliest of all readings, by beam search; ``shape`` itself unless another is likelier."""
    beam = {EDGE: (0.0, EDGE)}
    written = 0.0
    for at in range(1, len(shape)):
        written += _log(shape[max(0, at - ORDER + 1) : at + 1])
        further: dict[str, tuple[float, str]] = {}
        for before, (sum_before, path) in beam.items():
            changed = before[-1] != shape[at - 1]
            for char, cost in options[at].items():
                likelihood = sum_before + _log(before + char) - cost
                if changed and cost:
                    likelihood += TOGETHER
                end = (before + char)[1 - ORDER :]
                known = further.get(end)
                if known is None or likelihood > known[0]:
                    further[end] = (likelihood, path + char)
        if len(further) > BEAM:
            best = sorted(further.items(), key=lambda item: (-item[1][0], item[0]))[:BEAM]
            further = dict(best)
        beam = further
    likelihood, path = max(beam.values())
    return path if likelihood > written + 1e-9 else shape


@lru_cache(maxsize=32768)
def _log(gram: str) -> float:
    return language().log(gram)


@lru_cache(maxsize=4096)
def _alike(written: str) -> tuple[tuple[str, float], ...]:
    """The characters that ``written`` may have been written for, and what each costs."""
    costs: dict[str, float] = dict.fromkeys(lookalikes().get(written, ()), SAME_SHAPE)
    sounds = set(readings().get(written, ()))
    for sound in sounds:
        neighbours = _by_near_sound()[near_sound(sound)]
        rarity = _rarity(written, neighbours)
        for meant in neighbours:
            step = NEAR_SOUND if sounds.isdisjoint(readings()[meant]) else SAME_SOUND
            costs[meant] = min(step + rarity, costs.get(meant, math.inf))
    extra = PARTICLE if written in PARTICLES else 0.0
    return tuple(
        (meant, cost + extra + (NUMERAL if meant in NUMERALS or written in NUMERALS else 0))
        for meant, cost in sorted(costs.items())
        if meant != written
        and language().seen(meant) >= MEANT_OFTEN
        and not any(meant in group and written in group for group in EQUALS)
    )


def _rarity(written: str, neighbours: frozenset[str]) -> float:
    """What it costs that ``written`` is rare among those of its sound."""
    general = language().general
    share = (general(written) + EVEN_RARE) / sum(general(char) + EVEN_RARE for char in neighbours)
    return min(-math.log(share), RARE_MOST)


@lru_cache(maxsize=1)
def _by_near_sound() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for char, sounds in readings().items():
        for sound in sounds:
            found.setdefault(near_sound(sound), set()).add(char)
    return {sound: frozenset(chars) for sound, chars in found.items()}
