"""UDP sockets, also inside a named network namespace."""

import ctypes
import os
import socket
import threading
from pathlib import Path

_CLONE_NEWNET = 0x40000000


def open_udp(host: str, port: int, *, namespace: str | None = None) -> socket.socket:
    """A bound, non-blocking UDP socket; raises OSError (port taken, no such address, no such namespace).

    A socket stays in the namespace it was made in, so one process can have phones in many. `namespace` is a name
    of `ip netns`; entering it needs root.
    """
    if namespace is None:
        return _open(host, port)
    made: list[socket.socket] = []
    failed: list[OSError] = []

    def inside() -> None:
        # Only this thread changes its namespace, and it ends here.
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            fd = os.open(Path("/run/netns", namespace), os.O_RDONLY)
            try:
                if libc.setns(fd, _CLONE_NEWNET):
                    code = ctypes.get_errno()
                    raise OSError(code, os.strerror(code), f"namespace {namespace}")
            finally:
                os.close(fd)
            made.append(_open(host, port))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=inside, name=f"socket in {namespace}")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return made[0]


def _open(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{error.strerror}: UDP {host}:{port}") from error
    return sock
