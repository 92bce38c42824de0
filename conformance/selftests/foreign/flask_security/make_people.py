"""The [people] command: hands what it is asked for to the launcher, which has the portal's database open, and prints its answer.

Exit code 3, and one line on standard error that says why, when there cannot be such people.
"""

from __future__ import annotations

import json
import os
import socket
import sys

from conformance.selftests.foreign.flask_security.place import people_socket

CANNOT = 3


def main() -> int:
    """0 when everybody was made, 3 when somebody cannot be."""
    portal = json.loads(os.environ["HEURTOIR_ADDRESSES"])["portal"]
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(people_socket(portal))
        line.sendall(sys.stdin.buffer.read())
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            said = json.load(answer)
    if "cannot" in said:
        print(said["cannot"], file=sys.stderr)
        return CANNOT
    json.dump(said, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
