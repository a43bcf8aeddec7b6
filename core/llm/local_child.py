"""The process that serves a GGUF file: started by core.llm.local as a script of its own, it knows nothing of core.

Argument: JSON with gguf, name, port (0: any free one), context, threads. It prints one line of JSON,
{"url": …}, when the model answers, and ends when its standard input closes or its parent is gone.
"""

import json
import os
import sys
import threading
import time
from typing import Any

LOOPBACK = "127.0.0.1"
PROMPT_CACHE_MIB = 256


def main() -> None:
    """Serve until nobody needs it."""
    wanted = json.loads(sys.argv[1])
    for watch in (_until_input_closes, _until_orphaned):
        threading.Thread(target=watch, daemon=True).start()
    try:
        server = _serve(wanted)
    except (RuntimeError, ImportError, OSError) as err:
        sys.stderr.write(f"{err}\n")
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.write(json.dumps({"url": server.listening_address}) + "\n")
    sys.stdout.flush()
    threading.Event().wait()


def _serve(wanted: dict[str, Any]) -> Any:
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = wanted["gguf"]
    params.model_alias = {wanted["name"]}
    params.hostnames, params.port = [LOOPBACK], wanted["port"]
    params.n_ctx = wanted["context"]
    params.n_parallel = 1  # a second request would halve the speed of the first on a processor
    params.cache_ram_mib = PROMPT_CACHE_MIB  # of prompts seen before; the library would take up to 8 GB
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = wanted["threads"]
    # Nothing for browsers and neighbours: no page, no list of prompts, no foreign web page may ask
    params.ui = params.endpoint_slots = False
    params.cors_origins = ""
    params.verbosity = 2
    return Server(params)


def _until_input_closes() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)  # a destructor would wait for the answer under way


def _until_orphaned() -> None:
    """A forked sibling may hold the other end of our input open: the parent's id tells as well."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(0)


if __name__ == "__main__":
    main()
