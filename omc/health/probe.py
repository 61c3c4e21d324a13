"""For a container's health check: ``python -m omc.health.probe URL``, ``… worker`` or ``… beat``.

Answers by its exit code, without loading Django: it runs every few seconds.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BEAT_WRITES_WITHIN_SECONDS = 600


def main(what: str) -> int:
    checks = {"worker": worker_on_this_host, "beat": beat_is_writing}
    try:
        return 0 if checks.get(what, lambda: site_answers(what))() else 1
    except (OSError, urllib.error.URLError) as error:
        print(error, file=sys.stderr)
        return 1


def site_answers(url: str) -> bool:
    """The site answers, even if only to say that it does not know the host by this name."""
    request = urllib.request.Request(
        url, headers={"Host": os.environ.get("ALLOWED_HOSTS", "").split(",")[0].lstrip(".")}
    )
    with urllib.request.urlopen(request, timeout=4) as answer:
        return bool(answer.status == 200)


def worker_on_this_host() -> bool:
    """A worker of this host has reported to the broker within the last seconds."""
    import redis

    with redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=4, socket_connect_timeout=4) as client:
        return any(True for _ in client.scan_iter(match=f"omc:worker:{socket.gethostname()}:*", count=1000))


def beat_is_writing() -> bool:
    """Beat syncs its schedule to disk every few minutes."""
    return any(
        time.time() - path.stat().st_mtime < BEAT_WRITES_WITHIN_SECONDS
        for path in Path("/app/var/beat").glob("schedule*")
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
