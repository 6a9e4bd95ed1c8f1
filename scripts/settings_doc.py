"""Writes the table of docs/settings.md from bot/settings.py: ``.venv/main/bin/python scripts/settings_doc.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.settings import Settings  # noqa: E402 - the path is set just above

HEAD = """# Settings

Each is read from an environment variable, or from `tingxin.env` in the project's root (`NAME=value` lines). Paths are
relative to the root. `make run` with a variable before it changes one: `TINGXIN_GATEWAY_PORT=9000 make run`.
Secrets are not settings: they are generated at first start into `secrets.json` in the data folder, mode 600.

| name | default | meaning |
|---|---|---|
"""


def main():
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        rows.append(f"| `TINGXIN_{name.upper()}` | `{default}` | {field.description} |")
    (ROOT / "docs" / "settings.md").write_text(HEAD + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
