"""Ask interviews and get the speakers' exact words, or an honest refusal."""

from typing import TYPE_CHECKING, Any

from bot.interview_bot import InterviewBot
from bot.reply import Citation, Event, Removed, Reply
from bot.settings import Settings
from bot.verify import verify_reply
from vectorstore.errors import RoosbotError

if TYPE_CHECKING:
    from bot.client import Client

__all__ = [
    "Citation",
    "Client",
    "Event",
    "InterviewBot",
    "Removed",
    "Reply",
    "RoosbotError",
    "Settings",
    "verify_reply",
]


def __getattr__(name: str) -> Any:
    # An HTTP library is of no use to those who ask in this process.
    if name == "Client":
        from bot.client import Client

        return Client
    raise AttributeError(f"module 'bot' has no attribute {name!r}")
