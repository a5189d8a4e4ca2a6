"""Ask interviews and get the speakers' exact words, or an honest refusal."""

from bot.interview_bot import InterviewBot
from bot.reply import Citation, Event, Removed, Reply
from bot.settings import Settings
from bot.verify import verify_reply
from vectorstore.errors import RoosbotError

__all__ = [
    "Citation",
    "Event",
    "InterviewBot",
    "Removed",
    "Reply",
    "RoosbotError",
    "Settings",
    "verify_reply",
]
