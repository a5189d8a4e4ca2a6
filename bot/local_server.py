"""The program of the child process that serves the local chat model; see `local_model`.

It prints its address and key in one line of JSON, and ends when its standard input does: the parent
holds the other end, so that it also ends with a parent that is killed. Imports nothing of ours.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys

# Tokens that the model can hold: as many as it was trained for.
CONTEXT = 8192

# Tokens after which an answer is cut off. Four short sentences have fewer than 200.
LONGEST = 400


def main() -> None:
    """Serve the GGUF file of the first argument on a free port of this machine."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl+C means
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the library prints is no address
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.hostnames, params.port = ["127.0.0.1"], 0
    # Other users of this machine, and pages in its browsers, can reach the port too.
    params.api_keys = [secrets.token_urlsafe(32)]
    params.ui = params.endpoint_slots = False
    params.n_ctx, params.n_predict, params.verbosity = CONTEXT, LONGEST, 0
    # Its threads wait for each other in busy loops: on a machine whose cores all have other work,
    # as many threads as cores are ten times slower than half as many.
    half = max(1, (os.cpu_count() or 2) // 2)
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = half
    server = xllamacpp.Server(params)
    json.dump({"url": server.listening_address, "key": params.api_keys[0]}, told)
    told.write("\n")
    told.close()
    sys.stdin.buffer.read()
    os._exit(0)  # its threads need no goodbye, and one that is busy would hold it up


if __name__ == "__main__":
    main()
