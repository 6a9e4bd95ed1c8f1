from __future__ import annotations

from pathlib import Path

import pytest

from bot.retrieval.encoder import Encoder
from bot.retrieval.index import FaqEntry

ENCODER_DIR = Path(__file__).resolve().parents[2] / "models" / "encoder"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder(ENCODER_DIR)


@pytest.fixture(scope="session")
def entries() -> list[FaqEntry]:
    return [
        FaqEntry("LOSS", "银行卡丢了怎么挂失", ("卡不见了怎么办", "挂失要去柜台吗", "卡掉了先做什么"), "银行卡"),
        FaqEntry("LIMIT", "手机银行一天能转多少钱", ("转账限额是多少", "单笔最多转几万"), "转账"),
        FaqEntry("HOURS", "网点几点开门", (), "网点"),
        FaqEntry("PREPAY", "房贷可以提前还吗", ("提前还款要违约金吗", "想一次还清房贷"), "贷款"),
    ]
