"""Python imports this at its start when its folder is on PYTHONPATH: every request of the real clients then goes to
the loopback server of GLASSBOX_TEST_PROVIDERS, the host first in the path. Nothing else of the app is touched."""

import os
import socket
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from urllib.parse import urlsplit

BASE = os.environ.get("GLASSBOX_TEST_PROVIDERS", "")


def rerouted(url: str) -> str:
    """The loopback address of a provider's address."""
    parts = urlsplit(url)
    if not BASE or not parts.hostname or parts.hostname == "127.0.0.1":
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{BASE}/{parts.netloc}{parts.path}{query}"


def _patch(module: object) -> None:
    session = module.Session  # type: ignore[attr-defined]
    original = session.request

    def request(self, method, url, *args, **options):  # type: ignore[no-untyped-def]
        return original(self, method, rerouted(str(url)), *args, **options)

    session.request = request


class _Patcher(Loader):
    def __init__(self, spec: ModuleSpec) -> None:
        self._loader = spec.loader

    def create_module(self, spec: ModuleSpec):  # type: ignore[no-untyped-def]
        return self._loader.create_module(spec)

    def exec_module(self, module) -> None:  # type: ignore[no-untyped-def]
        self._loader.exec_module(module)
        _patch(module)


class _Finder(MetaPathFinder):
    """Patches the two HTTP sessions right after they are loaded, and loads nothing by itself."""

    def find_spec(self, name, path, target=None):  # type: ignore[no-untyped-def]
        if name not in ("requests.sessions", "curl_cffi.requests.session"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = _Patcher(spec)
        return spec


if BASE:
    sys.meta_path.insert(0, _Finder())
    _resolve = socket.getaddrinfo

    def _getaddrinfo(host, *args, **options):  # type: ignore[no-untyped-def]
        """Every name is known here; nobody connects to it."""
        return _resolve("127.0.0.1", *args, **options)

    socket.getaddrinfo = _getaddrinfo
