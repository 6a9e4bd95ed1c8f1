"""Our pipeline beside Rasa's stock Chinese one: training time, speed, memory, accuracy. Both learn the same data.

    .venv/rasa/bin/python -m bench.nlu [--epochs 10] [--max-questions N] [--messages 300] [--rounds 2] [--keep FOLDER]

*ours* is config.yml as it stands; the FAQ is imported into a temporary folder by ``tingxin knowledge import``, which
needs .venv/main. *stock* is JiebaTokenizer (with data/lexicon), CountVectorsFeaturizer by word and by characters (1–4),
DIETClassifier, a ResponseSelector over ``faq/ID`` with the bank's answers as responses, and RulePolicy,
MemoizationPolicy, TEDPolicy; config, FAQ, domain and stories for it are written into the temporary folder, too.

Each pipeline is trained, and then serves, in a child process of its own. A turn is what Rasa does in process with one
message of a new conversation: parse, fill slots, predict actions until it listens; no action is run. The two take
turns, 50 messages at a time, so that whatever else the machine does disturbs both.

- ``training_s`` is the model's, ``faq_import_s`` our import's: the stock pipeline learns the FAQ with the model. The
  ratio counts both.
- ``training_cpu_s`` and ``cpu_ms_median`` (of a turn) are processor time over all threads: they say more than wall
  time on a busy machine. Memory is the highest resident size.
- ``intent`` (all of the FAQ is one; a question back between entries counts as FAQ), ``faq_first`` (the FAQ questions
  whose entry is ranked first, whatever was decided) and ``answered`` (the right intent and, for the FAQ, the right
  entry) are shares of the questions in tests/data/nlu/development.

Rasa's own default is 300 epochs for DIET and the selector. Fewer cost the stock pipeline accuracy and flatter its
training time; speed and memory stay the same. A table goes to standard error, one JSON object to standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.nlu_data import FAQ, ROOT, copy_knowledge, read_development, write_ours, write_stock

OURS, STOCK = PIPELINES = ("ours", "stock")
CLARIFY = "faq_clarify"
CHUNK = 50  # messages until the other pipeline has its turn: seconds, shorter than most disturbances
WARM_UP = 20  # messages before the clock runs: TensorFlow compiles and jieba loads its dictionary on the first ones
MAX_ACTIONS = 5  # predictions for one message; our rules need two, action_listen among them


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=10, help="of DIET, ResponseSelector and TED")
    parser.add_argument("--max-questions", type=int, help="known questions an FAQ entry, for both; default all")
    parser.add_argument("--messages", type=int, default=300, help="development questions that are timed")
    parser.add_argument("--rounds", type=int, default=2, help="how often they are sent")
    parser.add_argument("--seed", type=int, default=20, help="draws those questions")
    parser.add_argument("--keep", type=Path, help="work in this new folder and leave it there")
    parser.add_argument("--child", nargs=3, metavar=("STEP", "PIPELINE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        step, pipeline, folder = options.child
        child(step, pipeline, Path(folder))
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-nlu-") as aside:
        work = (options.keep or Path(aside)).resolve()
        if options.keep:
            work.mkdir(parents=True)
        report = compare(work, options)
    show(report)
    print(json.dumps(report, ensure_ascii=False))
    return 0


def compare(work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Train both, then let both serve; the whole report."""
    entries = copy_knowledge(work / "knowledge", options.max_questions)
    write_ours(work / OURS, work / "knowledge")
    write_stock(work / STOCK, entries, options.epochs)
    report: dict[str, Any] = {
        "epochs": options.epochs,
        "entries": len(entries),
        "known_questions": sum(len(one["questions"]) for one in entries),
        "messages": options.messages,
        "rounds": options.rounds,
    }
    for name in PIPELINES:
        say(f"{name}: training")
        with started("train", name, work) as process:
            report[name] = answer(process, work / name)
    say(f"{OURS}: importing the FAQ")
    report[OURS]["faq_import_s"] = import_faq(work)
    report[STOCK]["faq_import_s"] = 0.0
    questions = read_development()
    texts = list(dict.fromkeys(one["text"] for one in questions))
    random.Random(options.seed).shuffle(texts)
    timed, warm = texts[: options.messages], texts[-WARM_UP:]
    with started("serve", OURS, work) as ours, started("serve", STOCK, work) as stock:
        servers = {OURS: ours, STOCK: stock}
        for name, process in servers.items():
            report[name] |= answer(process, work / name)
            ask(process, work / name, warm, "turn")
        turns: dict[str, list[dict[str, Any]]] = {name: [] for name in PIPELINES}
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            for place, start in enumerate(range(0, len(timed), CHUNK)):
                for name in PIPELINES[:: 1 if (place + number) % 2 == 0 else -1]:
                    turns[name] += ask(servers[name], work / name, timed[start : start + CHUNK], "turn")
        for name, process in servers.items():
            report[name] |= speed(turns[name])
            report[name]["serving_peak_mib"] = ask(process, work / name, [], "peak")[0]
            say(f"{name}: {len(questions)} questions")
            readings = ask(process, work / name, [one["text"] for one in questions], "parse")
            report[name] |= accuracy(questions, readings)
    report["ratios"] = ratios(report[OURS], report[STOCK])
    return report


def speed(turns: Sequence[dict[str, Any]]) -> dict[str, float]:
    milliseconds = sorted(one["ms"] for one in turns)
    median = statistics.median(milliseconds)
    return {
        "ms_median": round(median, 1),
        "ms_p95": round(milliseconds[int(0.95 * (len(milliseconds) - 1))], 1),
        "cpu_ms_median": round(statistics.median(one["cpu_ms"] for one in turns), 1),
        "messages_per_second": round(1000 / median, 1),
    }


def accuracy(questions: Sequence[dict[str, str]], readings: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Shares 0..1 of the questions; ``faq_first`` of the FAQ questions."""
    intents = firsts = answered = 0
    for one, reading in zip(questions, readings, strict=True):
        intents += one["intent"] == (FAQ if reading["intent"] == CLARIFY else reading["intent"])
        first = one["intent"] == FAQ and reading["faq"] == one["faq_id"]
        firsts += first
        answered += one["intent"] == reading["intent"] and (first or one["intent"] != FAQ)
    faqs = sum(one["intent"] == FAQ for one in questions)
    return {
        "intent": round(intents / len(questions), 4),
        "faq_first": round(firsts / faqs, 4),
        "answered": round(answered / len(questions), 4),
        "questions": len(questions),
    }


def ratios(ours: dict[str, Any], stock: dict[str, Any]) -> dict[str, float]:
    """Ours against stock: speed as a multiple, time and memory as a part, accuracy as a difference."""
    learning = (ours["training_s"] + ours["faq_import_s"]) / stock["training_s"]
    return {
        "training_s": round(learning, 3),
        "cpu_ms_median": round(ours["cpu_ms_median"] / stock["cpu_ms_median"], 3),
        "messages_per_second": round(ours["messages_per_second"] / stock["messages_per_second"], 2),
        "serving_peak_mib": round(ours["serving_peak_mib"] / stock["serving_peak_mib"], 3),
        **{name: round(ours[name] - stock[name], 4) for name in ("intent", "faq_first", "answered")},
    }


def show(report: dict[str, Any]) -> None:
    say(", ".join(f"{name} {value}" for name, value in report.items() if not isinstance(value, dict)))
    say(f"{'':22}{OURS:>10}{STOCK:>10}   ratio (intent, faq_first, answered: difference)")
    for name, value in report[OURS].items():
        say(f"{name:22}{value:>10}{report[STOCK][name]:>10}   {report['ratios'].get(name, '')}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# --- Child processes ---


@contextmanager
def started(step: str, name: str, work: Path) -> Iterator[subprocess.Popen[str]]:
    folder = work / name
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TQDM_DISABLE": "1",
    }
    if step == "serve" and name == OURS:
        environment["TINGXIN_INDEX_DIR"] = str(folder / "var/index")
    with (
        (folder / f"{step}.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "bench.nlu", "--child", step, name, str(folder)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()  # a child that serves ends with its input
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def import_faq(work: Path) -> float:
    """Import the knowledge of this run into a database and an index of its own; seconds."""
    begun = time.perf_counter()
    environment = {
        **os.environ,
        "TINGXIN_KNOWLEDGE_DIR": str(work / "knowledge"),
        "TINGXIN_DATA_DIR": str(work / OURS / "var"),
        "TINGXIN_DATABASE_URL": "",  # never the product's
    }
    done = subprocess.run(
        [ROOT / "tingxin", "knowledge", "import"], env=environment, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise SystemExit(f"the import failed:\n{done.stdout}{done.stderr}")
    return round(time.perf_counter() - begun, 1)


def ask(process: subprocess.Popen[str], folder: Path, texts: Sequence[str], what: str) -> list[Any]:
    assert process.stdin
    process.stdin.write(json.dumps({"what": what, "texts": list(texts)}, ensure_ascii=False) + "\n")
    process.stdin.flush()
    return list(answer(process, folder))


def answer(process: subprocess.Popen[str], folder: Path) -> Any:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        logs = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
        raise SystemExit(f"{folder.name} ended too soon:\n" + "\n".join(logs[-1].read_text("utf-8").splitlines()[-20:]))
    return json.loads(line)


def child(step: str, name: str, folder: Path) -> None:
    """``train`` answers with one line; ``serve`` with one once it is ready and one to each line of its input."""
    from bot.rasa_components.parse_lines import quiet_stdout

    answers = quiet_stdout()

    def reply(content: Any) -> None:
        answers.write(json.dumps(content, ensure_ascii=False) + "\n")
        answers.flush()

    if step == "train":
        reply(train(name, folder))
        return
    from rasa.core.agent import Agent

    begun = time.perf_counter()
    agent = Agent.load(folder / "model.tar.gz")
    reply({"load_s": round(time.perf_counter() - begun, 1)})
    loop = asyncio.new_event_loop()
    count = 0
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["what"] == "peak":
            reply([peak_mib()])
            continue
        replies = []
        for text in asked["texts"]:
            count += 1
            work = turn(agent.processor, text, str(count)) if asked["what"] == "turn" else parse(agent.processor, text)
            replies.append(loop.run_until_complete(work))
        reply(replies)


def train(name: str, folder: Path) -> dict[str, float]:
    """Train the model in this process: seconds, once all is loaded, and peak memory."""
    from rasa.model_training import train as rasa_train

    own = folder if name == STOCK else ROOT
    files = (
        [ROOT / "data/nlu", folder / "nlu", folder / "stories"]
        if name == STOCK
        else [ROOT / "data/nlu", ROOT / "data/stories"]
    )
    cpu, begun = time.process_time(), time.perf_counter()
    result = rasa_train(
        domain=str(own / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=[str(path) for path in files],
        output=str(folder),
        fixed_model_name="model",
        force_training=True,
    )
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu
    if result.code != 0 or not (folder / "model.tar.gz").is_file():
        raise SystemExit(f"{name}: training failed")
    return {
        "training_s": round(seconds, 1),
        "training_cpu_s": round(cpu_seconds, 1),
        "training_peak_mib": peak_mib(),
    }


async def turn(processor: Any, text: str, sender: str) -> dict[str, Any]:
    """One message of a new conversation, until the bot listens again; wall and processor milliseconds."""
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.constants import ACTION_LISTEN_NAME
    from rasa.shared.core.events import ActionExecuted

    # A conversation is there before its first question: the session's start is no part of the turn.
    await processor.save_tracker(await processor.fetch_tracker_and_update_session(sender))
    cpu, begun = time.process_time(), time.perf_counter()
    tracker = await processor.log_message(UserMessage(text, sender_id=sender), should_save_tracker=False)
    actions = []
    for _ in range(MAX_ACTIONS):
        action, prediction = processor.predict_next_with_tracker_if_should(tracker)
        actions.append(action.name())
        tracker.update(ActionExecuted(action.name(), prediction.policy_name, prediction.max_confidence))
        if action.name() == ACTION_LISTEN_NAME:
            break
    await processor.save_tracker(tracker)
    return {
        "ms": (time.perf_counter() - begun) * 1000,
        "cpu_ms": (time.process_time() - cpu) * 1000,
        "actions": actions,
    }


async def parse(processor: Any, text: str) -> dict[str, Any]:
    """The intent, and the FAQ entry ranked first."""
    from rasa.core.channels.channel import UserMessage

    parsed = await processor.parse_message(UserMessage(text), tracker=None)
    entry = (parsed.get("faq") or {}).get("id")
    selected = (parsed.get("response_selector") or {}).get(FAQ)
    if selected:
        entry = str(selected["response"]["intent_response_key"]).partition("/")[2]
    return {"intent": parsed["intent"]["name"], "faq": entry}


def peak_mib() -> int:
    """Highest resident size of this process; unlike ``ru_maxrss`` it knows nothing of the process that started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


if __name__ == "__main__":
    sys.exit(main())
