"""A small knowledge folder, and the database and index that come of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import Engine

from bot.settings import ROOT, Settings
from bot.storage.engine import make_engine
from bot.storage.tables import metadata

HEADER = (
    "code,name,aliases,type,risk_level,currency,term_days,term_text,rate_text,rate_percent,minimum_fen,fees,status,"
    "sale_start,sale_end,channels,summary,disclosure_id,disclosure_version"
)
FIXED = (
    "TD1,甲定期一年,甲定期,定期存款,,CNY,365,1年,年利率 0.95%,0.95,5000,不收费,在售,2026-01-01,,手机银行,一年期存款,,"
)
WEALTH = (
    "WM1,甲理财九十天,甲九十,理财,R2,CNY,90,90天,业绩比较基准 2%,2.00,100,管理费 0.2%,在售,2026-01-01,,手机银行,"
    "债券类理财,RISK,2026.1"
)
OLD = (
    "WM2,乙理财两年,,理财,R4,CNY,730,2年,业绩比较基准 3%,3.00,100000,管理费 0.5%,已停售,2025-01-01,2025-12-31,"
    "手机银行,混合理财,RISK,2026.1"
)
DISCLOSURES = """\
- id: RISK
  version: "2025.1"
  title: 旧揭示书
  effective_from: 2025-01-01
  effective_to: 2025-12-31
  short_text: 旧的提示。
  full_text: 旧的全文。
- id: RISK
  version: "2026.1"
  title: 理财风险揭示书
  effective_from: 2026-01-01
  short_text: 理财非存款，产品有风险，投资须谨慎。
  full_text: |
    理财非存款，产品有风险，投资须谨慎。
    不保证本金和收益。
"""
FAQ_HEADER = "id,category,question,similar,answer,source,effective_date,follow_ups"
FAQ = "Q1,账户,怎么开户,如何办卡|开卡要带什么,请带身份证到网点。,账户规则,2026-01-01,开户要多久"

WriteFolder = Callable[..., Path]


class FakeEncoder:
    """Vectors from a checksum of the text: equal texts are equal, nothing else is near. Stands in for the model."""

    sha256 = "f" * 64
    dimensions = 512  # as the model's, whose last layer an import learns from
    folder = ROOT / "models" / "encoder"

    def encode(self, texts: Sequence[str], batch: int = 1) -> npt.NDArray[np.float32]:
        rows = [np.frombuffer(hashlib.shake_256(text.encode()).digest(512), dtype=np.uint8) for text in texts]
        out = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimensions) - 127.5
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    def encode_states(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.float32], list[npt.NDArray[np.float16]]]:
        vectors = self.encode(texts)
        return vectors, [np.repeat(row[None, :], 2, axis=0).astype(np.float16) for row in vectors]


@pytest.fixture
def folder(tmp_path: Path) -> WriteFolder:
    """Writes a knowledge folder; every part can be replaced by other text or bytes."""

    def write(
        products: Sequence[str] | bytes = (FIXED, WEALTH, OLD),
        disclosures: str | bytes = DISCLOSURES,
        faqs: Sequence[str] | bytes = (FAQ,),
    ) -> Path:
        root = tmp_path / "knowledge"
        (root / "faq").mkdir(parents=True, exist_ok=True)

        def put(name: str, content: str | bytes) -> None:
            (root / name).write_bytes(content.encode() if isinstance(content, str) else content)

        put("products.csv", products if isinstance(products, bytes) else "\n".join([HEADER, *products]) + "\n")
        put("disclosures.yml", disclosures)
        put("faq/a.csv", faqs if isinstance(faqs, bytes) else "\n".join([FAQ_HEADER, *faqs]) + "\n")
        return root

    return write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "greet.yml").write_text(
        "nlu:\n- intent: greet\n  examples: |\n    - 你好\n    - 您好\n", "utf-8"
    )
    return Settings(
        data_dir=tmp_path / "var",
        knowledge_dir=tmp_path / "knowledge",
        nlu_dir=tmp_path / "nlu",
        encoder_dir=tmp_path / "encoder",
        index_learning=False,
        _env_file=None,
    )


@pytest.fixture
def engine(settings: Settings) -> Engine:
    settings.path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    made = make_engine(settings.db_url_sync)
    metadata.create_all(made)
    yield made
    made.dispose()
