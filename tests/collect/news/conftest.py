"""Servers that misbehave below HTTP, and the clients imported before any time runs."""

import socket
import threading
from collections.abc import Callable, Iterator

import feedparser
import praw
import prawcore
import py3langid
import pycoingecko
import pytest
import requests
import yfinance

LOADED = (feedparser, praw, prawcore, py3langid, pycoingecko, requests, yfinance)
"""The first import takes as long as an answer may: none falls into a test's time-out."""

RawServer = Callable[[bytes, float], str]


@pytest.fixture
def raw_server() -> Iterator[RawServer]:
    """(bytes, seconds between two of them) → address of a server that sends these and closes."""
    open_sockets: list[socket.socket] = []
    closing = threading.Event()

    def serve(listener: socket.socket, answer: bytes, pause: float) -> None:
        while not closing.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                try:
                    client.recv(65_536)
                    if not pause:
                        client.sendall(answer)
                    else:
                        for byte in answer:
                            client.send(bytes([byte]))
                            if closing.wait(pause):
                                return
                except OSError:
                    continue

    def start(answer: bytes, pause: float = 0.0) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        open_sockets.append(listener)
        threading.Thread(target=serve, args=(listener, answer, pause), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    closing.set()
    for listener in open_sockets:
        listener.close()
