"""Does this passage answer this question, and which of its sentences does?"""

from bot.reader.evidence import Evidence, Reading
from bot.reader.reader import Reader, load_reader

__all__ = ["Evidence", "Reader", "Reading", "load_reader"]
