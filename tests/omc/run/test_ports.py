import socket

from omc.run.ports import any_port, choose_port, is_free


def test_a_free_port_is_taken_as_wanted() -> None:
    port = any_port()
    assert choose_port(port) == port


def test_a_busy_port_gives_the_next_free_one() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert not is_free(port)
        assert choose_port(port) > port


def test_a_port_meant_for_a_sibling_is_left_to_it() -> None:
    port = any_port()
    assert choose_port(port, taken=frozenset({port})) != port
