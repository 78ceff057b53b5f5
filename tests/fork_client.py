"""Has suiteloom run by a process that is forked; started by programs that tests start.

Usage: ``python -I -S fork_client.py ADDRESS ARGUMENTS OF SUITELOOM``. Ends as suiteloom does.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys

NUMBER = struct.Struct("!q")


def main() -> int:
    program = {
        "kind": "suiteloom",
        "run": "suiteloom",
        "form": "module",
        "argv": ["suiteloom", *sys.argv[2:]],
        "safe_path": False,
        "unbuffered": False,
        "writes": True,
    }
    mask = os.umask(0)
    environment = dict(os.environ)
    request = {"program": program, "cwd": os.getcwd(), "env": environment}  # noqa: PTH109 - pathlib takes long to import
    request |= {"umask": mask, "leads": False}
    data = json.dumps(request).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(sys.argv[1])
        socket.send_fds(connection, [NUMBER.pack(len(data))], [0, 1, 2])
        connection.sendall(data)
        told = connection.recv(2 * NUMBER.size, socket.MSG_WAITALL)
    return os.waitstatus_to_exitcode(NUMBER.unpack(told[NUMBER.size :])[0])


if __name__ == "__main__":
    sys.exit(main())
