"""What the components share inside one Rasa process: where things are, one encoder, one watch on the index folder.

Settings come from the environment, with the defaults of ``bot.settings`` (which needs pydantic 2 and is not importable
here): ``TINGXIN_ENCODER_DIR``, ``TINGXIN_INDEX_DIR``, ``TINGXIN_DATA_DIR``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from bot.errors import TingxinError
from bot.retrieval.encoder import Encoder, FloatArray
from bot.retrieval.store import CURRENT_FILE

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent.parent
T = TypeVar("T")


def encoder() -> Encoder:
    """The encoder of this process; loaded once, as its files are hashed and its session takes 100 MB."""
    return _encoder(_path("TINGXIN_ENCODER_DIR", "models/encoder"))


@lru_cache(maxsize=1)
def training_vectors(texts: tuple[str, ...]) -> FloatArray:
    """Unit vectors of the training examples, shape ``(len(texts), dimensions)``."""
    return encoder().encode(texts)


def index_root() -> Path:
    """The folder that ``tingxin knowledge import`` writes."""
    data = os.environ.get("TINGXIN_DATA_DIR") or "var"
    return _path("TINGXIN_INDEX_DIR", f"{data}/index")


def _path(variable: str, default: str) -> Path:
    value = Path(os.environ.get(variable) or default)
    return value if value.is_absolute() else ROOT / value


@lru_cache(maxsize=2)
def _encoder(folder: Path) -> Encoder:
    return Encoder(folder, threads=2)


class Watched(Generic[T]):
    """Something read from the index folder, read anew whenever another index is put in force.

    A folder that cannot be read keeps what was read before (``None`` at first) and is tried again when it changes.

    Args:
        load: reads it from the root of the index.
        root: the folder to watch; looked up at each :meth:`get`.
    """

    def __init__(self, load: Callable[[Path], T], root: Callable[[], Path] = index_root) -> None:
        self._load = load
        self._root = root
        self._seen: tuple[object, ...] | None = None
        self._value: T | None = None

    def get(self) -> T | None:
        """The value in force."""
        root = self._root()
        try:
            stat = (root / CURRENT_FILE).stat()
            seen: tuple[object, ...] = (root, stat.st_mtime_ns, stat.st_ino)
        except OSError:
            seen = (root, None)
        if seen != self._seen:
            self._seen = seen
            try:
                self._value = self._load(root)
                logger.info("Read the knowledge index below %s.", root)
            except TingxinError as error:
                logger.error("%s", error.message)
        return self._value
