"""How long do validation and import of a large bank's FAQ take? Wall and CPU seconds, and memory.

The FAQ is made up: every entry a combination of business, action and kind of question, asked in as many ways as
needed. The figures of docs/knowledge.md:

    .venv/main/bin/python -m bench.faq_import --entries 1100 --questions 19000
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import resource
import shutil
import tempfile
import time
from pathlib import Path

from bot.knowledge.importing import check_knowledge, import_knowledge
from bot.knowledge.schema import FaqRow
from bot.settings import ROOT, Settings
from bot.storage.migrate import upgrade

THINGS = [
    "手机银行",
    "信用卡",
    "储蓄卡",
    "网上银行",
    "定期存款",
    "短信提醒",
    "工资卡",
    "社保卡",
    "收款码",
    "存单",
    "房贷",
    "车贷",
    "转账",
    "限额",
    "密码",
    "账单",
    "积分",
    "保管箱",
]
ACTIONS = [
    "开通",
    "查询",
    "修改",
    "注销",
    "办理",
    "取消",
    "补办",
    "升级",
    "激活",
    "重置",
    "打印",
    "延期",
    "冻结",
    "合并",
    "转让",
    "续办",
    "绑定",
    "申诉",
]
ASPECTS = ["需要什么材料", "多久能好", "要收费吗", "在哪里办", "可以代办吗", "周末行不行"]
BEFORE = [
    "请问",
    "你好",
    "麻烦问下",
    "我想问",
    "那个",
    "急",
    "帮我看看",
    "咨询一下",
    "老人家",
    "外地的卡",
    "昨天刚弄",
    "头一回",
]
AFTER = ["啊", "呢", "谢谢", "行不", "来着", "怎么弄", "在线等", "说一下", "网点不让", "今天", "一直不成功", "是真的吗"]


def write(folder: Path, entries: int, questions: int) -> None:
    """A knowledge folder: the sample bank's products, and a made-up FAQ."""
    (folder / "faq").mkdir(parents=True)
    for name in ("products.csv", "disclosures.yml"):
        shutil.copy(ROOT / "data/knowledge" / name, folder)
    random.seed(7)
    subjects = list(itertools.product(THINGS, ACTIONS, ASPECTS))
    wordings = list(itertools.product(BEFORE, AFTER))
    with (folder / "faq" / "made.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FaqRow.model_fields)
        writer.writeheader()
        for number in range(entries):
            thing, action, aspect = subjects[number % len(subjects)]
            batch = f"第{number // len(subjects)}批" if number >= len(subjects) else ""
            asked = f"{batch}{thing}{action}{aspect}"
            ways = questions // entries + (number < questions % entries)
            similar = [f"{before}，{asked}{after}" for before, after in random.sample(wordings, ways - 1)]
            writer.writerow(
                {
                    "id": f"M{number}",
                    "category": "账户",
                    "question": asked,
                    "similar": "|".join(similar),
                    "answer": f"{asked}：请带本人有效身份证件到网点，或在手机银行里搜索“{thing}{action}”，按提示操作。",
                    "source": "规则",
                    "effective_date": "2026-01-01",
                }
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1100)
    parser.add_argument("--questions", type=int, default=19_000)
    parser.add_argument("--check-only", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root / "knowledge", given.entries, given.questions)
        settings = Settings(data_dir=root / "var", knowledge_dir=root / "knowledge")
        upgrade(settings)

        def timed(what: str, start: tuple[float, float]) -> None:
            wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{what}: {wall:.1f} s, {cpu:.1f} s of CPU, at most {peak} MiB", flush=True)

        start = time.perf_counter(), time.process_time()
        check_knowledge(settings)
        timed("validation", start)
        if not given.check_only:
            start = time.perf_counter(), time.process_time()
            print(import_knowledge(settings))
            timed("import", start)


if __name__ == "__main__":
    main()
