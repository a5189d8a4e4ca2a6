"""One parser per format, each: bytes → Transcript, or a clear error that says where."""

from vectorstore.formats.reading import parse
from vectorstore.formats.sidecar import read_sidecar
from vectorstore.formats.sniffing import SUFFIXES

__all__ = ["SUFFIXES", "parse", "read_sidecar"]
