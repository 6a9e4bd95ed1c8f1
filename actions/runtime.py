"""What actions need of the world: settings, catalogue, the disclosure gate. Opened once, at the first request."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from bot.knowledge.catalogue import Catalogue
from bot.knowledge.disclosure import DisclosureGate
from bot.knowledge.fees import FeeTable, load_fees
from bot.knowledge.other_services import OtherServices, load_other_services
from bot.settings import Settings, load_settings
from bot.storage.engine import make_engine


@dataclass(frozen=True)
class Services:
    """Handed to every action."""

    settings: Settings
    catalogue: Catalogue
    gate: DisclosureGate
    others: OtherServices
    fees: dict[str, FeeTable] = field(default_factory=dict)  # by service; empty where the bank has no fees.yml

    @property
    def bank(self) -> str:
        return self.settings.bank_name

    @property
    def hotline(self) -> str:
        return self.settings.bank_hotline


def open_services(settings: Settings) -> Services:
    """Services over the database of ``settings``."""
    catalogue = Catalogue(make_engine(settings.db_url_sync))
    folder = settings.path(settings.knowledge_dir)
    return Services(settings, catalogue, DisclosureGate(catalogue), load_other_services(folder), load_fees(folder))


@lru_cache(maxsize=1)
def services() -> Services:
    """The services of this process."""
    return open_services(load_settings())
