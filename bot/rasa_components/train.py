"""Trains the Rasa model: ``python -m bot.rasa_components.train --output models/rasa`` in Rasa's environment.

Prints the model's path as its last line. Trains whatever the inputs; whether it is needed is asked before
(:func:`bot.cli.training.ensure_model`).
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from bot.errors import TingxinError
from bot.rasa_components import model_files
from bot.rasa_components.shared import ROOT

KEPT_MODELS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("models/rasa"))
    options = parser.parse_args()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.simplefilter("ignore")
    os.chdir(ROOT)
    try:
        print(train(ROOT, ROOT / options.output))
    except TingxinError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


def train(root: Path, folder: Path) -> Path:
    """Train on the present inputs; return the sealed model. Older models beyond three go.

    Raises:
        ModelFilesError: Rasa refused the inputs; what it said stands above.
    """
    inputs = model_files.inputs_hash(root)
    model = model_files.model_path(folder, inputs)
    folder.mkdir(parents=True, exist_ok=True)
    print("正在载入 Rasa……", flush=True)
    from rasa.model_training import train as rasa_train
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    print("正在训练……", flush=True)
    with tempfile.TemporaryDirectory(prefix=".training-", dir=folder) as aside:
        result = rasa_train(
            domain=str(root / "domain.yml"),
            config=str(root / "config.yml"),
            training_files=[str(root / "data" / "nlu"), str(root / "data" / "stories")],
            output=aside,
            fixed_model_name=model.name,
            force_training=True,
        )
        if result.code != 0 and not (result.model and Path(result.model).is_file()):
            raise model_files.ModelFilesError("训练失败，原因见上文。")
        built = Path(result.model or "")
        if not built.is_file():
            raise model_files.ModelFilesError("训练没有产生模型，原因见上文。")
        model_files.seal(built)
        # The checksum first: a model without one is refused, a checksum without a model is nothing.
        shutil.move(str(built) + ".sha256", str(model) + ".sha256")
        built.replace(model)
    _prune(folder, model)
    return model


def _prune(folder: Path, model: Path) -> None:
    others = [path for path in folder.glob("tingxin-*.tar.gz") if path != model]
    for path in sorted(others, key=lambda path: path.stat().st_mtime_ns)[: -(KEPT_MODELS - 1)]:
        path.unlink()
        path.with_name(path.name + ".sha256").unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
