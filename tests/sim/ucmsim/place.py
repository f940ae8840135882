"""A port that stays ours while nobody listens there."""

import socket


def hold(host="127.0.0.1", port=0):
    """A socket that has the port (0: one that is free) and does not listen: whoever connects is refused, the kernel gives
    the port to nobody, and who names it and sets SO_REUSEADDR, as listeners do, may listen there."""
    everywhere = host in ("", "*")
    six = ":" in host or everywhere and socket.has_dualstack_ipv6()
    made = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if six:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not everywhere)
        made.bind((("::" if six else "0.0.0.0") if everywhere else host.strip("[]"), port))
    except OSError:
        made.close()
        raise
    return made


def port_of(held):
    return held.getsockname()[1]
