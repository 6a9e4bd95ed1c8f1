"""Rate limits, per key, in memory."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from bot.errors import RateLimitError

KEYS_MAX = 20_000  # about 4 MB; full buckets are forgotten first, they say nothing


class RateLimit:
    """A bucket of ``per_minute`` tokens for each key, refilled evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._per_second, self._clock = float(per_minute), per_minute / 60.0, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def check(self, key: str) -> None:
        """Take a token.

        Raises:
            RateLimitError: there is none; ``retry_after_s`` says when there will be.
        """
        now = self._clock()
        tokens, at = self._buckets.pop(key, (self._size, now))
        tokens = min(self._size, tokens + (now - at) * self._per_second)
        if tokens < 1:
            self._buckets[key] = (tokens, now)
            wait_s = math.ceil((1 - tokens) / self._per_second)
            raise RateLimitError(f"操作过于频繁，请 {wait_s} 秒后再试。", public={"retry_after_s": wait_s})
        self._buckets[key] = (tokens - 1, now)
        if len(self._buckets) > KEYS_MAX:
            self._forget(now)

    def _forget(self, now: float) -> None:
        full = [
            key for key, (tokens, at) in self._buckets.items() if tokens + (now - at) * self._per_second >= self._size
        ]
        for key in full or list(self._buckets)[: KEYS_MAX // 10]:
            del self._buckets[key]
