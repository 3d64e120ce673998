"""A go-between before PostgreSQL's socket that swallows the answer to one commit."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

SOCKET = ".s.PGSQL.5432"
READY_AND_IDLE = b"Z\x00\x00\x00\x05I"
PIECE = 1 << 16


class LosingConnection:
    """Hands bytes on both ways; once told to lose, drops the next answer and cuts the line."""

    def __init__(self, folder: Path, url: str) -> None:
        parts = conninfo_to_dict(url)
        self._target = str(Path(str(parts["host"])) / SOCKET)
        self.url = make_conninfo(url, host=str(folder))
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        self._mark = b""
        self._threads: list[threading.Thread] = []
        self.lost = 0

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def lose(self, mark: str) -> None:
        """Drop the answer to the next statement that carries this value."""
        self._mark = mark.encode()

    def _start(self, work: object, *arguments: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._start(self._hand_on, client, server)

    def _hand_on(self, client: socket.socket, server: socket.socket) -> None:
        asked = threading.Event()
        back = threading.Thread(target=self._answer, args=(client, server, asked), daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            while piece := client.recv(PIECE):
                if self._mark and self._mark in piece:
                    asked.set()
                server.sendall(piece)
        _cut(server)
        back.join(10)
        client.close()
        server.close()

    def _answer(self, client: socket.socket, server: socket.socket, asked: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(PIECE):
                if asked.is_set():
                    if READY_AND_IDLE not in piece:
                        continue  # the commit's answer ends here; nothing of it is handed on
                    self._mark = b""
                    self.lost += 1
                    break
                client.sendall(piece)
        _cut(client)


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
