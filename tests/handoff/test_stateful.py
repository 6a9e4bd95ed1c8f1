"""Customers, agents and vanishing connections in any order, against a simple model of what must be true.

No message lost, doubled or out of order; never two owners; never the bot while a human serves; a repeat is answered
with its first number; the order of the queue is kept.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.conversation.ledger import Ledger
from bot.conversation.states import BOT_SPEAKS
from bot.conversation.timeline import Timeline
from bot.dialogue.replies import Reply
from bot.errors import ConflictError, ForbiddenError
from bot.handoff.presence import Presence
from bot.handoff.queue import Agent, Queue
from bot.handoff.wording import HandoffReason
from bot.settings import Settings
from bot.storage.engine import make_async_engine
from bot.storage.migrate import upgrade

CUSTOMERS, AGENTS, CAPACITY = 3, 2, 2
customers = st.integers(0, CUSTOMERS - 1)
agent_numbers = st.integers(0, AGENTS - 1)
ids = st.integers(0, 8).map(str)


class Handoffs(RuleBasedStateMachine):
    """Each rule does one thing to the product and the same to the model, and compares."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        settings = Settings(data_dir=Path(self.folder.name))
        upgrade(settings)
        self.loop.run_until_complete(self._begin(settings))

    async def _begin(self, settings: Settings) -> None:
        self.engine = make_async_engine(settings.db_url)
        self.ledger, self.timeline = Ledger(self.engine), Timeline(self.engine)
        self.handoff = Queue(
            self.ledger, Presence(1.0), handling_minutes=4.0, capacity=CAPACITY, hotline="400-000-0000"
        )
        self.agents = [Agent(f"agent{number}", f"user{number}", f"80{number}", "agent") for number in range(AGENTS)]
        opened = [await self.ledger.open_visitor("api", f"hash{number}", 10**9) for number in range(CUSTOMERS)]
        self.visitors = [one.visitor_id for one in opened]
        self.current = [one.id for one in opened]
        self.state = ["bot"] * CUSTOMERS
        self.owner: list[int | None] = [None] * CUSTOMERS
        self.waiting: list[int] = []
        self.seen: list[dict[str, int]] = [{} for _ in range(CUSTOMERS)]
        self.agent_seen: dict[tuple[str, str], int] = {}
        self.texts: list[list[tuple[str, str]]] = [[] for _ in range(CUSTOMERS)]

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.run_until_complete(self.engine.dispose())
            self.loop.close()
            self.folder.cleanup()

    def do(self, call: Any) -> Any:
        """The call's result, or the refusal."""

        async def run() -> Any:
            try:
                return await call
            except (ConflictError, ForbiddenError) as error:
                return error

        return self.loop.run_until_complete(run())

    @rule(customer=customers, client_msg_id=ids)
    def customer_writes(self, customer: int, client_msg_id: str) -> None:
        text = f"客{customer}:{client_msg_id}"
        accepted = self.do(self.ledger.accept_customer(self.visitors[customer], client_msg_id, text))
        first = self.seen[customer].get(client_msg_id)
        assert accepted.repeated == (first is not None)
        if first is not None:
            assert accepted.seq == first
            return
        self.seen[customer][client_msg_id] = accepted.seq
        self.texts[customer].append(("customer", text))
        if self.state[customer] == "closed":
            assert accepted.conversation.previous_id == self.current[customer]
            self.current[customer], self.state[customer], self.owner[customer] = accepted.conversation.id, "bot", None
        assert accepted.conversation.id == self.current[customer]

    @rule(customer=customers)
    def bot_answers(self, customer: int) -> None:
        async def answer() -> bool:
            async with self.ledger.writing(self.current[customer]) as entry:
                if entry.conversation.state not in BOT_SPEAKS:
                    return False
                await entry.answer(Reply(text="答"))
                return True

        spoke = self.do(answer())
        assert spoke == (self.state[customer] in BOT_SPEAKS)
        if spoke:
            self.texts[customer].append(("bot", "答"))

    @rule(customer=customers)
    def trend_hands_over(self, customer: int) -> None:
        async def hand_over() -> bool:
            async with self.ledger.writing(self.current[customer]) as entry:
                return await self.handoff.do_hand_over(entry, HandoffReason.FRUSTRATION, "bot", trigger_seq=1)

        done = self.do(hand_over())
        assert done == (self.state[customer] == "bot")
        if done:
            self._now_waiting(customer)

    @rule(customer=customers)
    def customer_asks(self, customer: int) -> None:
        result = self.do(self.handoff.ask(self.current[customer]))
        if self.state[customer] == "closed":
            assert isinstance(result, ConflictError)
        elif self.state[customer] == "bot":
            self._now_waiting(customer)

    @rule(customer=customers)
    def customer_leaves(self, customer: int) -> None:
        result = self.do(self.handoff.leave(self.current[customer]))
        assert isinstance(result, ConflictError) == (self.state[customer] in {"human", "closed"})
        if self.state[customer] == "waiting":
            self.waiting.remove(customer)
            self.state[customer] = "bot"

    @rule(customer=customers)
    def all_agents_take_at_once(self, customer: int) -> None:
        async def race() -> list[Any]:
            calls = (self.handoff.take(self.current[customer], agent) for agent in self.agents)
            return await asyncio.gather(*calls, return_exceptions=True)

        before, results = self.owner[customer], self.do(race())
        won = [number for number, result in enumerate(results) if not isinstance(result, Exception)]
        assert all(isinstance(result, ConflictError) for result in results if isinstance(result, Exception))
        if self.state[customer] == "human":
            assert won == [before]
        elif self.state[customer] == "waiting":
            free = [number for number in range(AGENTS) if self.owner.count(number) < CAPACITY]
            assert len(won) == min(1, len(free))
            if won:
                self._now_served(customer, won[0])
        else:
            assert won == []

    @rule(customer=customers, number=agent_numbers)
    def agent_takes(self, customer: int, number: int) -> None:
        full = self.owner.count(number) >= CAPACITY
        result = self.do(self.handoff.take(self.current[customer], self.agents[number]))
        if self.state[customer] == "waiting" and not full:
            assert not isinstance(result, Exception)
            self._now_served(customer, number)
        else:
            assert isinstance(result, ConflictError) == (self.owner[customer] != number)

    @rule(customer=customers, number=agent_numbers, client_msg_id=ids)
    def agent_writes(self, customer: int, number: int, client_msg_id: str) -> None:
        text = f"席{number}:{client_msg_id}"
        result = self.do(self.handoff.reply(self.current[customer], self.agents[number], client_msg_id, text))
        if self.owner[customer] != number:
            assert isinstance(result, (ConflictError, ForbiddenError))
            return
        key = (self.current[customer], client_msg_id)
        if key in self.agent_seen:
            assert (result.seq, result.repeated) == (self.agent_seen[key], True)
        else:
            self.agent_seen[key] = result.seq
            self.texts[customer].append(("agent", text))

    @rule(customer=customers, number=agent_numbers, end=st.booleans())
    def agent_ends_or_returns(self, customer: int, number: int, end: bool) -> None:
        act = self.handoff.close if end else self.handoff.give_back
        result = self.do(act(self.current[customer], self.agents[number], None))
        if self.owner[customer] == number:
            assert not isinstance(result, Exception)
            self.state[customer], self.owner[customer] = ("closed" if end else "bot"), None
        elif not (self.state[customer] == "closed" and end):
            assert isinstance(result, (ConflictError, ForbiddenError))

    @rule(number=agent_numbers)
    def agent_vanishes(self, number: int) -> None:
        agent = self.agents[number]
        for customer in [one for one in range(CUSTOMERS) if self.owner[one] == number]:
            assert self.do(self.handoff.lose(self.current[customer], agent.id, agent.work_no)) is True
            self.state[customer], self.owner[customer] = "waiting", None
            self.waiting.insert(0, customer)
        for customer in range(CUSTOMERS):
            assert self.do(self.handoff.lose(self.current[customer], agent.id, agent.work_no)) is False

    def _now_waiting(self, customer: int) -> None:
        self.state[customer] = "waiting"
        self.waiting.append(customer)

    def _now_served(self, customer: int, number: int) -> None:
        self.waiting.remove(customer)
        self.state[customer], self.owner[customer] = "human", number

    @invariant()
    def product_and_model_agree(self) -> None:
        if not hasattr(self, "current"):
            return
        self.loop.run_until_complete(self._compare())

    async def _compare(self) -> None:
        assert [one.id for one in await self.timeline.waiting()] == [self.current[one] for one in self.waiting]
        for customer in range(CUSTOMERS):
            found = await self.timeline.conversation(self.current[customer])
            assert found is not None and found.state == self.state[customer]
            owner = self.owner[customer]
            if found.state != "closed":
                assert found.agent_id == (None if owner is None else self.agents[owner].id)
            position = await self.timeline.position(found)
            assert position == (self.waiting.index(customer) + 1 if customer in self.waiting else None)
            messages = await self.timeline.messages_after(self.visitors[customer], 0)
            assert [one.seq for one in messages] == list(range(1, len(messages) + 1))
            assert [(one.sender, one.text) for one in messages if one.sender != "system"] == self.texts[customer]


Handoffs.TestCase.settings = hypothesis_settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Shrinking would make a failure outlast the time limit; the steps are short enough to be read as they are.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
TestHandoffs = Handoffs.TestCase
