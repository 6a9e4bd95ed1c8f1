"""Every setting of the product: name, default, meaning. Read from ``TINGXIN_*`` variables and ``tingxin.env``.

Nothing is read at import: call :func:`load_settings`. docs/settings.md lists them; a test keeps both equal.
"""

from __future__ import annotations

import json
import os
import secrets as token_source
import stat
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Ports, paths, limits and deadlines. Units stand in the names; relative paths are under the project's root."""

    model_config = SettingsConfigDict(env_prefix="TINGXIN_", env_file=ROOT / "tingxin.env", extra="forbid")

    data_dir: Path = Field(Path("var"), description="数据库、密钥、知识索引和日志所在的目录")
    database_url: str = Field("", description="SQLAlchemy 地址；留空则用 data_dir 下的 SQLite")
    encoder_dir: Path = Field(Path("models/encoder"), description="句向量模型目录")
    sentiment_dir: Path = Field(Path("models/sentiment"), description="情绪模型目录")
    rasa_model_dir: Path = Field(Path("models/rasa"), description="训练好的 Rasa 模型目录")
    knowledge_dir: Path = Field(Path("data/knowledge"), description="产品、风险揭示和问答的源文件目录")
    nlu_dir: Path = Field(Path("data/nlu"), description="意图示例（Rasa 训练数据）的目录，与问答一起学习")
    index_learning: bool = Field(
        True,
        description="导入知识时从已知问法和意图示例学习（需 PyTorch，约两分钟）；关闭则只比句向量，较不准",
    )
    web_dir: Path = Field(Path("web/dist"), description="构建好的网页目录")

    gateway_host: str = Field("127.0.0.1", description="网关监听地址")
    gateway_port: int = Field(8710, ge=1, le=65535, description="网关监听端口")
    rasa_port: int = Field(8715, ge=1, le=65535, description="Rasa 端口（只在本机监听）")
    actions_port: int = Field(8716, ge=1, le=65535, description="动作服务端口（只在本机监听）")
    allowed_origins: list[str] = Field(
        default_factory=list, description="允许嵌入客服气泡的网站来源，JSON 列表；留空只允许网关自身"
    )

    bank_name: str = Field("示例银行", description="对客显示的银行名称")
    bank_hotline: str = Field("400-000-0000", description="对客显示的客服热线")

    max_text_chars: int = Field(2000, ge=1, description="一条消息最多多少个字符")
    max_body_bytes: int = Field(262_144, ge=1024, description="一次请求最多多少字节")
    messages_per_minute: int = Field(60, ge=1, description="一个访客每分钟最多发多少条消息")
    sessions_per_minute: int = Field(60, ge=1, description="一个来源地址每分钟最多新建多少个会话")
    dialogue_timeout_s: float = Field(12.0, gt=0, description="等待 Rasa 回答的秒数，超时给客户说明并提供人工")
    breaker_failures: int = Field(4, ge=1, description="连续失败多少次后暂停请求 Rasa")
    breaker_rest_s: float = Field(10.0, gt=0, description="暂停请求 Rasa 的秒数")
    long_poll_max_s: float = Field(25.0, gt=0, description="长轮询最多等待的秒数")
    visitor_token_days: int = Field(30, ge=1, description="访客令牌有效天数")
    agent_token_hours: int = Field(12, ge=1, description="坐席登录有效小时数")
    handling_minutes: float = Field(4.0, gt=0, description="估计等待时间用的平均处理分钟数")
    agent_capacity: int = Field(5, ge=1, description="一位坐席同时服务的会话数上限")
    agent_grace_s: float = Field(20.0, gt=0, description="坐席连接中断多少秒后，其会话重新排队")

    def path(self, value: Path) -> Path:
        """Absolute path of a path setting."""
        return value if value.is_absolute() else ROOT / value

    @property
    def db_url(self) -> str:
        """Async SQLAlchemy URL of the ledger and the knowledge base."""
        return self.database_url or f"sqlite+aiosqlite:///{self.path(self.data_dir) / 'tingxin.db'}"

    @property
    def db_url_sync(self) -> str:
        """The same database for synchronous users (action server, import, command line)."""
        return self.db_url.replace("+aiosqlite", "").replace("+asyncpg", "+psycopg")

    @property
    def index_dir(self) -> Path:
        """Knowledge index (FAQ vectors, gazetteer) that ``knowledge import`` writes and Rasa's components read."""
        return self.path(self.data_dir) / "index"

    @property
    def rasa_url(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"


class Secrets(BaseModel):
    """Generated at first start into ``data_dir/secrets.json``, readable by its owner only."""

    rasa_token: str
    agent_password: str
    token_key: str


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a variable has a wrong value; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "TINGXIN_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"设置 {name} 不正确：{first['msg']}。请改正后重新启动。") from None


def load_secrets(settings: Settings) -> Secrets:
    """Read the secrets, generating what is missing.

    Raises:
        SettingsError: the file is readable by others, or damaged.
    """
    path = settings.path(settings.data_dir) / "secrets.json"
    if path.exists():
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsError(f"密钥文件 {path} 的权限过宽，请执行 chmod 600 {path} 后重试。")
        try:
            return Secrets.model_validate_json(path.read_text("utf-8"))
        except ValidationError:
            raise SettingsError(f"密钥文件 {path} 已损坏，请删除它后重新启动（将生成新的密钥）。") from None
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Secrets(
        rasa_token=token_source.token_urlsafe(32),
        agent_password=token_source.token_urlsafe(9),
        token_key=token_source.token_urlsafe(32),
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(made.model_dump(), file, indent=1)
    return made
