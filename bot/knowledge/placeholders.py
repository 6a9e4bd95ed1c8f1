"""What an FAQ answer may leave open: ``{bank_name}`` and ``{hotline}`` come from the settings when it is shown."""

from __future__ import annotations

import re

PLACEHOLDERS = ("bank_name", "hotline")
_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,32})\}")


def fill(text: str, *, bank_name: str, hotline: str) -> str:
    """``text`` with its placeholders replaced; other braces stay as they are."""
    values = {"bank_name": bank_name, "hotline": hotline}
    return _PLACEHOLDER.sub(lambda match: values.get(match.group(1), match.group()), text)


def unknown(text: str, allowed: tuple[str, ...] = PLACEHOLDERS) -> list[str]:
    """Placeholders of ``text`` that nothing would replace."""
    return [match.group() for match in _PLACEHOLDER.finditer(text) if match.group(1) not in allowed]
