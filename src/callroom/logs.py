"""One stream of log lines for all processes of a site: for eyes (``pretty``) or for programs (``json``, one a line).

What could name a caller stands under keys that begin with ``pii_``; programs' lines show it only when asked to.
"""

import logging
import re
import sys
from collections.abc import Callable
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

Form = Literal["pretty", "json"]
_NUMBER = re.compile(r"\+?\d{7,}")


def set_up(form: Form, part: str, *, pii: bool = False) -> None:
    """Send this process's log lines to stdout; ``part`` is its name in them. ``pii``: json lines hide nothing."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _belongs_to(part),
    ]
    if form == "json":
        processors += [
            *([] if pii else [_masked]),
            # locals would show secrets and numbers
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        colors = sys.stdout.isatty()
        plain = structlog.dev.plain_traceback
        processors.append(structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain))
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(),  # a whole line at once: several processes share the stream
    )
    # what libraries say
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.ERROR)


def without_numbers(text: str) -> str:
    """Text that somebody else wrote, with everything hidden that could be a telephone number."""
    return _NUMBER.sub(lambda found: f"{found[0][:3]}…", text)


def _belongs_to(part: str) -> Callable[[Any, str, EventDict], EventDict]:
    def mark(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event.setdefault("part", part)
        return event

    return mark


def _masked(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: "…" if key.startswith("pii_") and value else value for key, value in event.items()}


class _Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info or None)
