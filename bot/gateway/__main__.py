"""``python -m bot.gateway``: runs the gateway until it is told to stop (SIGTERM, SIGINT)."""

from __future__ import annotations

import errno
import sys

from bot.errors import TingxinError
from bot.gateway.app import create_app
from bot.gateway.log import configure
from bot.settings import load_secrets, load_settings


def main() -> int:
    """Run; our own errors become one clear line and exit code 1."""
    configure()
    try:
        settings = load_settings()
        app = create_app(settings, load_secrets(settings))
        app.run(
            host=settings.gateway_host, port=settings.gateway_port, single_process=True, motd=False, access_log=False
        )
    except TingxinError as error:
        print(f"tingxin: {error.message}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(
            f"tingxin: 端口 {settings.gateway_port} 已被占用，请停掉占用它的程序，或设置 TINGXIN_GATEWAY_PORT。",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
