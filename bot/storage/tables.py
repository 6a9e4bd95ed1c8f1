"""All tables, in SQLAlchemy Core. The ledger part is written by ``bot.conversation.ledger`` only, the knowledge
part by ``bot.knowledge.importing`` only. Times are UTC epoch milliseconds, integers on SQLite and PostgreSQL.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- ledger -----------------------------------------------------------------------------------------------

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("visitor_id", String(32), nullable=False, index=True),
    Column("channel", String(16), nullable=False),  # bubble | h5 | wechat | cli | api
    Column("state", String(16), nullable=False, index=True),  # bot | waiting | human | closed
    Column("state_since_ms", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("agent_id", String(32), nullable=True, index=True),
    Column("handoff", JSON, nullable=True),  # {"reason", "reasons": [...], "at_ms", "trigger_seq"}
    Column("level", Float, nullable=False, default=0.0),  # frustration level of the conversation, 0..1
    Column("stage", String(16), nullable=False, default="calm"),  # calm | watch | handoff
    Column("previous_id", String(32), nullable=True),  # the conversation that this one continues
    Column("handled_seq", Integer, nullable=False, default=0),  # customer messages up to here are scored and answered
    Column("trend_from_seq", Integer, nullable=False, default=0),  # the trend reads the turns after this one only
    Column("queue_key", BigInteger, nullable=True, index=True),  # order in the queue while waiting; lowest is next
    Column("summary", Text, nullable=True),  # the agent's, on return or at the end; masked
)

message = Table(
    "message",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversation.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("sender", String(16), nullable=False),  # customer | bot | agent | system
    Column("kind", String(24), nullable=False),
    Column("text", Text, nullable=False),  # masked
    Column("data", JSON, nullable=False),
    Column("trace", JSON, nullable=True),  # intent, entities, evidence; never sent to customers
    Column("at_ms", BigInteger, nullable=False),
    Column("client_msg_id", String(64), nullable=True),
    Column("agent_id", String(32), nullable=True),
    UniqueConstraint("conversation_id", "sender", "client_msg_id", name="uq_message_client"),
)

score = Table(
    "score",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),  # of the customer's message
    Column("frustration", Float, nullable=False),
    Column("emotion", String(16), nullable=False),
    Column("level", Float, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("signals", JSON, nullable=False),  # what the trend read of this turn: replayable
    Column("reasons", JSON, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), nullable=True, index=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String(48), nullable=False),  # customer | bot | system | agent:ID | operator
    Column("what", String(48), nullable=False),
    Column("why", String(64), nullable=False, default=""),
    Column("detail", JSON, nullable=False),
)

visitor = Table(
    "visitor",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

agent = Table(
    "agent",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("password_hash", String(256), nullable=False),
    Column("work_no", String(16), nullable=False, unique=True),  # 工号: what customers see
    Column("role", String(16), nullable=False),  # agent | supervisor | admin
    Column("active", Boolean, nullable=False, default=True),
    Column("created_ms", BigInteger, nullable=False),
)

agent_session = Table(
    "agent_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("agent_id", String(32), ForeignKey("agent.id"), nullable=False, index=True),
    Column("expires_ms", BigInteger, nullable=False),
)

disclosure_shown = Table(
    "disclosure_shown",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("product_code", String(32), primary_key=True),
    Column("disclosure_id", String(32), nullable=False),
    Column("version", String(32), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

# --- knowledge base ---------------------------------------------------------------------------------------

product = Table(
    "product",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("aliases", JSON, nullable=False),  # list of strings
    Column("type", String(24), nullable=False, index=True),  # bot.knowledge.schema.ProductType
    Column("risk_level", String(2), nullable=True),  # R1..R5, null where the product carries no investment risk
    Column("currency", String(3), nullable=False),
    Column("term_days", Integer, nullable=True),  # null: no fixed term
    Column("term_text", String(64), nullable=False),
    Column("rate_text", String(128), nullable=False),  # rate or benchmark as printed
    Column("rate_percent", String(16), nullable=True),  # decimal as text, for sorting and calculators
    Column("minimum_fen", BigInteger, nullable=True),  # 分
    Column("fees", Text, nullable=False),
    Column("status", String(16), nullable=False),  # on_sale | upcoming | withdrawn
    Column("sale_start", String(10), nullable=False),  # ISO date
    Column("sale_end", String(10), nullable=True),
    Column("channels", String(128), nullable=False),
    Column("summary", Text, nullable=False),
    Column("disclosure_id", String(32), nullable=True),
    Column("disclosure_version", String(16), nullable=True),
)

disclosure = Table(
    "disclosure",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("title", String(128), nullable=False),
    Column("short_text", Text, nullable=False),
    Column("full_text", Text, nullable=False),
    Column("effective_from", String(10), nullable=False),
    Column("effective_to", String(10), nullable=True),
)

faq = Table(
    "faq",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("category", String(32), nullable=False),
    Column("question", String(256), nullable=False),
    Column("similar", JSON, nullable=False),  # list of strings
    Column("answer", Text, nullable=False),
    Column("source", String(128), nullable=False),
    Column("effective_date", String(10), nullable=False),
    Column("follow_ups", JSON, nullable=False),  # list of strings
)

knowledge_import = Table(
    "knowledge_import",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),  # of all source files
    Column("counts", JSON, nullable=False),
)

Index("ix_message_conversation_at", message.c.conversation_id, message.c.at_ms)
