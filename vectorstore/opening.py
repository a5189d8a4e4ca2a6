"""Where the interviews are: in a home on this machine, or on a Chroma server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.store import Store

if TYPE_CHECKING:
    from vectorstore.adding import Progress
    from vectorstore.embedding import Embedder


def open_store(
    home: Path,
    embedder: Embedder,
    *,
    url: str | None = None,
    token: str | None = None,
    certificates: Path | None = None,
    progress: Progress | None = None,
    anew: bool = False,
) -> Store:
    """Open the store.

    Args:
        home: Directory of the interviews, or of what was seen of those on a server.
        embedder: Makes the vectors.
        url: Address of a Chroma server, `http(s)://host:port[/tenant/database]`.
        token: Sent to the server.
        certificates: PEM file that the server's certificate is checked by.
        progress: As in `Store`.
        anew: Make the index anew from the sources.
    """
    if url is None:
        return Store(home, embedder, progress=progress, anew=anew)
    from vectorstore.shared import SharedStore
    from vectorstore.vectors import Place

    # The first is what a proxy before a server of one's own takes, the second Chroma Cloud.
    headers = {"authorization": f"Bearer {token}", "x-chroma-token": token} if token else {}
    place = Place(home, url, headers, certificates)
    return SharedStore(home, embedder, place, progress=progress, anew=anew)
