"""Nothing leaves the machine: a whole life in a process that may not reach any network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Every way from Python to another machine goes through these; loopback is let through, anything
# else is noted and refused. What native code does is held by taking the network away altogether,
# where the test may.
_LIFE = """
import socket, sys

tried = []

def guarded(name, place=0):
    real = getattr(socket.socket, name)

    def call(self, *args, **kwargs):
        address = args[place]
        near = self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost")
        if not near:
            tried.append((name, address))
            raise OSError("no network in this test")
        return real(self, *args, **kwargs)

    setattr(socket.socket, name, call)

for name in ("connect", "connect_ex"):
    guarded(name)
guarded("sendto", -1)

def resolve(host, *args, real=socket.getaddrinfo, **kwargs):
    if host not in (None, "", "127.0.0.1", "localhost", "::1", b"127.0.0.1"):
        tried.append(("getaddrinfo", host))
        raise socket.gaierror("no names in this test")
    return real(host, *args, **kwargs)

socket.getaddrinfo = resolve

from pathlib import Path
home = Path(sys.argv[1])
from bot import Client, InterviewBot
from bot.app import mounted
from tests.loopback import serving

interview = home.parent / "talk.txt"
interview.write_text("Q: What about tea?\\n\\nAda Stone: I like green tea best of all.\\n")
with InterviewBot(home) as bot:
    assert bot.ask("What should the alliance work on next?").text
    assert bot.ingest(interview).files[0].status == "added", bot.ingest(interview).files
    bot.batch(["Which tea is liked best?", "Why?"])
    bot.search("tea")
    with serving(lambda: mounted(bot)) as url, Client(url) as client:
        client.ask("Which tea is liked best?")
        list(client.stream("Which tea is liked best?"))
    bot.remove("talk")
print("tried:", tried)
"""


# Three processes' worth of imports, on machines that are busy with other things.
@pytest.mark.timeout(600)
def test_a_whole_life_makes_no_attempt_to_leave_the_machine(tmp_path: Path) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ROOSBOT_", "HF_", "TRANSFORMERS_", "GRADIO_", "ANONYMIZED_"))
    }
    command = [sys.executable, "-c", _LIFE, str(tmp_path / "home")]
    if not os.geteuid() and _may_unshare():
        command = ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", *command]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "tried: []"


def _may_unshare() -> bool:
    probe = ["unshare", "--net", "sh", "-c", "ip link set lo up"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
