"""How far noise moves questions: cosine of encoder vectors and FAQ first hits kept, without and with corrections.

    .venv/main/bin/python bench/normalisation.py [FILE.csv …] [--seed 0]

FILE has a column ``text`` (default: the development questions). Each question gets a copy in traditional characters,
one with typing errors, one as speech recognition writes it. "plain" reads half-width and simplified characters only,
"normal" is what the product reads. The FAQ index is built from ``data/knowledge`` in memory. ``--no-encoder`` measures
the characters alone: seconds instead of minutes.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.evaluation.perturbation import traditional, typos, voice
from bot.retrieval import index as index_module
from bot.retrieval.encoder import Encoder
from bot.retrieval.index import FaqEntry, FaqIndex
from bot.text.normalise import normalise_text, plain

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = sorted((ROOT / "tests/data/nlu/development").glob("*.csv"))
    parser.add_argument("files", nargs="*", type=Path, default=default)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--encoder", type=Path, default=ROOT / "models/encoder")
    parser.add_argument("--no-encoder", action="store_true", help="measure what needs no encoder")
    options = parser.parse_args()
    texts = list(dict.fromkeys(text for path in options.files for text in column(path)))
    copies = {
        "traditional": [traditional(text) for text in texts],
        "typos": [typos(text, Random(f"{options.seed}{text}")) for text in texts],
        "voice": [voice(text, Random(f"{options.seed}{text}")) for text in texts],
    }
    print(f"{len(texts)} questions")
    characters(texts, copies)
    if options.no_encoder:
        return
    encoder = Encoder(options.encoder, threads=2)
    for name, form in (("plain", plain_text), ("normal", normalise_text)):
        measure(name, form, texts, copies, encoder)


def measure(
    name: str, form: Callable[[str], str], texts: list[str], copies: dict[str, list[str]], encoder: Encoder
) -> None:
    vars(index_module)["normalise_text"] = form  # what the index itself reads questions with
    faq = FaqIndex.build(entries(), encoder)
    clean = encoder.encode([form(text) for text in texts])
    hits = [first(faq, text) for text in texts]
    for kind, noisy in copies.items():
        started = time.perf_counter()
        read = [form(text) for text in noisy]
        milliseconds = (time.perf_counter() - started) / len(noisy) * 1000
        cosine = (clean * encoder.encode(read)).sum(axis=1)
        kept = np.mean([first(faq, text) == hit for text, hit in zip(noisy, hits, strict=True)])
        same = np.mean([one == form(text) for one, text in zip(read, texts, strict=True)])
        print(
            f"{name:7} {kind:12} cosine {cosine.mean():.4f} (a tenth below {np.quantile(cosine, 0.1):.3f})   "
            f"first hit kept {kept:.3f}   restored {same:.3f}   {milliseconds:.2f} ms"
        )


def characters(texts: list[str], copies: dict[str, list[str]]) -> None:
    """Loading, what is changed in clean questions, what is restored in noisy ones."""
    started = time.process_time()
    normalise_text("我的信用咔怎末还宽")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"loaded in {time.process_time() - started:.2f} s, {memory} MB in all")
    clean = [normalise_text(text) for text in texts]
    changed = sum(one != plain_text(text) for one, text in zip(clean, texts, strict=True))
    print(f"clean: {changed} of {len(texts)} changed ({changed / len(texts):.4f})")
    for kind, noisy in copies.items():
        taken = []
        same = wrong = mended = 0
        for text, copy, form in zip(texts, noisy, clean, strict=True):
            began = time.process_time()
            read = normalise_text(copy)
            taken.append(time.process_time() - began)
            same += read == form
            written, meant = plain_text(copy), plain_text(text)
            if len(written) == len(meant) == len(read):
                places = [at for at, char in enumerate(meant) if written[at] != char]
                wrong += len(places)
                mended += sum(read[at] == meant[at] for at in places)
        print(
            f"{kind:12} restored {same / len(texts):.3f}   of {wrong} wrong characters {mended / max(wrong, 1):.3f}   "
            f"median {median(taken) * 1000:.2f} ms, longest {max(taken) * 1000:.0f} ms"
        )


def first(faq: FaqIndex, text: str) -> str | None:
    hits = faq.search(text, 1)
    return hits[0].id if hits else None


def plain_text(text: str) -> str:
    return " ".join(plain(text).text.split())


def entries() -> list[FaqEntry]:
    found = []
    for path in sorted((ROOT / "data/knowledge/faq").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                similar = tuple(filter(None, row["similar"].split("|")))
                found.append(FaqEntry(row["id"], row["question"], similar, row["category"], row["answer"]))
    return found


def column(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["text"]]


if __name__ == "__main__":
    main()
