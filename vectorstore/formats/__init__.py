"""One parser per format, each: bytes → Transcript, or a clear error that says where."""

from vectorstore.formats.reading import parse

__all__ = ["parse"]
