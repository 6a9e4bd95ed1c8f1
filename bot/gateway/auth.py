"""Who is calling: visitors and agents, by bearer token. Only hashes of tokens and passwords are stored."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.model import new_id, now_ms
from bot.errors import AuthError, ConflictError, InputError
from bot.gateway.limits import RateLimit
from bot.handoff.queue import Agent
from bot.storage.engine import IMMEDIATE
from bot.storage.tables import agent, agent_session, visitor

ROLES = ("agent", "supervisor", "admin")
PASSWORD_CHARS_MIN = 8
PASSWORD_CHARS_MAX = 256
LOGINS_PER_MINUTE = 10  # per address and per user name: a person mistypes, a guesser is stopped
FIRST_WORK_NO = 8001

_hasher = PasswordHasher()


def hash_token(token: str) -> str:
    """What is stored of a token (256 random bits: no salt is needed)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in visitor."""

    id: str
    channel: str


class Auth:
    """Checks and issues tokens."""

    def __init__(self, engine: AsyncEngine, *, visitor_token_days: int, agent_token_hours: int) -> None:
        self._engine = engine
        self.visitor_ttl_ms = visitor_token_days * 86_400_000
        self._agent_ttl_ms = agent_token_hours * 3_600_000
        self._logins = RateLimit(LOGINS_PER_MINUTE)
        self._unknown_user_hash = hash_password(secrets.token_urlsafe(16))

    async def visitor(self, token: str) -> Visitor:
        """The visitor of a token.

        Raises:
            AuthError: unknown or expired.
        """
        query = select(visitor.c.id, visitor.c.channel, visitor.c.expires_ms).where(
            visitor.c.token_hash == hash_token(token)
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None or row.expires_ms <= now_ms():
            raise AuthError("访客令牌无效或已过期，请重新打开客服窗口。")
        return Visitor(row.id, row.channel)

    async def agent(self, token: str) -> Agent:
        """The agent of a token.

        Raises:
            AuthError: unknown, expired, or the account was switched off.
        """
        query = (
            select(agent.c.id, agent.c.username, agent.c.work_no, agent.c.role)
            .join(agent_session, agent_session.c.agent_id == agent.c.id)
            .where(
                agent_session.c.token_hash == hash_token(token),
                agent_session.c.expires_ms > now_ms(),
                agent.c.active,
            )
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise AuthError("登录已失效，请重新登录。")
        return Agent(row.id, row.username, row.work_no, row.role)

    async def sign_in(self, username: str, password: str, address: str) -> tuple[str, Agent]:
        """A new session of an agent.

        Raises:
            AuthError: unknown user or wrong password; both take equally long.
            RateLimitError: too many attempts.
        """
        self._logins.check(f"address:{address}")
        self._logins.check(f"user:{username}")
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(agent).where(agent.c.username == username))).one_or_none()
        stored = row.password_hash if row is not None else self._unknown_user_hash
        right = await asyncio.to_thread(_matches, stored, password)
        if row is None or not right or not row.active:
            raise AuthError("用户名或密码不正确。", code="wrong_credentials")
        token, at_ms = secrets.token_urlsafe(32), now_ms()
        async with self._engine.connect() as connection:
            await connection.execution_options(**{IMMEDIATE: True})
            async with connection.begin():
                await connection.execute(delete(agent_session).where(agent_session.c.expires_ms <= at_ms))
                await connection.execute(
                    insert(agent_session).values(
                        token_hash=hash_token(token), agent_id=row.id, expires_ms=at_ms + self._agent_ttl_ms
                    )
                )
        return token, Agent(row.id, row.username, row.work_no, row.role)

    async def sign_out(self, token: str) -> None:
        """End the session of a token."""
        async with self._engine.connect() as connection:
            await connection.execution_options(**{IMMEDIATE: True})
            async with connection.begin():
                await connection.execute(delete(agent_session).where(agent_session.c.token_hash == hash_token(token)))

    async def work_no(self, agent_id: str | None) -> str | None:
        """An agent's 工号."""
        if agent_id is None:
            return None
        async with self._engine.connect() as connection:
            found: str | None = (
                await connection.execute(select(agent.c.work_no).where(agent.c.id == agent_id))
            ).scalar_one_or_none()
        return found


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def check_new_agent(username: str, password: str, role: str) -> None:
    """Refuse what cannot become an account.

    Raises:
        InputError: the message says what to change.
    """
    if not username or len(username) > 64 or not username.isprintable() or username != username.strip():
        raise InputError("用户名应为 1 到 64 个可见字符，首尾不能有空格。")
    if role not in ROLES:
        raise InputError(f"角色应为 {'、'.join(ROLES)} 之一。")
    if not PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX:
        raise InputError(f"密码应为 {PASSWORD_CHARS_MIN} 到 {PASSWORD_CHARS_MAX} 个字符。")


def do_add_agent(connection: Connection, username: str, password: str, role: str) -> Agent:
    """Write a new account with the next free 工号 (synchronous: command line and first start).

    Raises:
        InputError: see :func:`check_new_agent`.
        ConflictError: the user name exists.
    """
    check_new_agent(username, password, role)
    if connection.execute(select(agent.c.id).where(agent.c.username == username)).first():
        raise ConflictError(f"用户名 {username} 已存在，请换一个。")
    taken = {int(no) for no in connection.execute(select(agent.c.work_no)).scalars() if no.isdecimal()}
    made = Agent(new_id(), username, str(max(taken, default=FIRST_WORK_NO - 1) + 1), role)
    connection.execute(
        insert(agent).values(
            id=made.id,
            username=username,
            password_hash=hash_password(password),
            work_no=made.work_no,
            role=role,
            active=True,
            created_ms=now_ms(),
        )
    )
    return made


def do_add_first_agent(connection: Connection, password: str) -> Agent | None:
    """Create the account ``demo`` when there is no agent at all."""
    if connection.execute(select(func.count()).select_from(agent)).scalar_one():
        return None
    return do_add_agent(connection, "demo", password, "agent")
