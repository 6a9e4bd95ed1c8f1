"""Names of the emotions and flags, as the corpus, the model and the console write them."""

from __future__ import annotations

EMOTIONS: tuple[str, ...] = ("平静", "困惑", "焦急", "失望", "不满", "愤怒", "感谢")
"""Order of the emotion head's outputs; ``labels.json`` beside the weights must say the same."""

CALM = "平静"

FLAGS: tuple[str, ...] = ("asks_human", "distress", "insult", "threat", "irony")

FRUSTRATED_FROM = 0.5
"""From this frustration on a good supervisor would call the customer frustrated."""
