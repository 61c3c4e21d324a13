"""Which port a server takes: the one it had, or was asked for, when free; else the next free one."""

import socket


def choose_port(wanted: int, *, host: str = "127.0.0.1", taken: frozenset[int] = frozenset()) -> int:
    """``wanted`` when nobody listens there, else the first free port of the next hundred, else any."""
    for port in range(wanted, min(wanted + 100, 65536)):
        if port not in taken and is_free(port, host=host):
            return port
    return any_port(host=host)


def listen(wanted: int, *, host: str = "127.0.0.1") -> socket.socket:
    """An open socket on ``wanted`` or the first free port after it: held from now on, so that nobody takes it."""
    for port in [*range(wanted, min(wanted + 100, 65536)), 0]:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError:
            listener.close()
            continue
        return listener
    raise RuntimeError(f"no free port on {host}")


def any_port(*, host: str = "127.0.0.1") -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT counts as free
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
