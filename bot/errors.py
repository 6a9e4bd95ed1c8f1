"""The tree of errors. Each has a stable code, an HTTP status, and a Chinese sentence that says what to do.

TingxinError
├── InputError            400  what was sent cannot be accepted
│   └── TooLargeError     413
├── AuthError             401  no or wrong token
├── ForbiddenError        403  a valid token, but not for this
├── NotFoundError         404
├── ConflictError         409  the state does not allow it
├── RateLimitError        429
├── KnowledgeError        422  a knowledge file is wrong (file, line, column)
├── SettingsError         500  the installation is wrong; shown on the command line
└── UnavailableError      503  a part of the product does not answer

``public`` is what the client may see; ``detail`` is for the log only.
"""

from __future__ import annotations

from typing import Any


class TingxinError(Exception):
    """Base of all errors that we raise on purpose.

    Args:
        message: Chinese, for the person who reads it; says what is wrong and what to do.
        code: overrides the class's code, snake_case and stable.
        public: extra JSON-able fields that the client may see.
        detail: extra fields for the log only; never personal data.
    """

    status = 500
    code = "internal_error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        public: dict[str, Any] | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.public = public or {}
        self.detail = detail or {}

    def to_json(self) -> dict[str, Any]:
        """The one JSON error shape: ``{"error": {"code", "message", ...public}}``."""
        return {"error": {"code": self.code, "message": self.message, **self.public}}


class InputError(TingxinError):
    status = 400
    code = "invalid_input"


class TooLargeError(InputError):
    status = 413
    code = "too_large"


class AuthError(TingxinError):
    status = 401
    code = "unauthorized"


class ForbiddenError(TingxinError):
    status = 403
    code = "forbidden"


class NotFoundError(TingxinError):
    status = 404
    code = "not_found"


class ConflictError(TingxinError):
    status = 409
    code = "conflict"


class RateLimitError(TingxinError):
    status = 429
    code = "rate_limited"


class KnowledgeError(TingxinError):
    status = 422
    code = "knowledge_invalid"


class SettingsError(TingxinError):
    status = 500
    code = "settings_invalid"


class UnavailableError(TingxinError):
    status = 503
    code = "unavailable"
