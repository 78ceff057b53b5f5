"""An sshd on this machine, with keys of its own, for as long as tests need it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Loopback", "lacking", "running_sshd"]

_SERVER = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel ERROR
"""
_CLIENT = """\
Host down
  Port {closed}
Host *
  HostName 127.0.0.1
  Port {port}
  IdentityFile {folder}/user
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
"""
_WAITED_S = 20.0


@dataclass(frozen=True, slots=True)
class Loopback:
    """A running sshd: any name of a machine leads to it, but ``down`` leads nowhere."""

    config: Path

    def tx(self, host: str, folder: Path | str = "", python: str = "") -> str:
        """What ``--tx`` takes for a checkout on it."""
        parts = [f"ssh={host}", f"ssh_config={self.config}"]
        parts.append(f"python={python or sys.executable}")
        parts += [f"chdir={folder}"] if folder else []
        return "//".join(parts)


def lacking() -> str:
    """Why there can be no sshd here; empty if there can."""
    for name in ("ssh", "ssh-keygen"):
        if shutil.which(name) is None:
            return f"there is no {name}"
    return "" if _sshd() else "openssh-server is not installed"


def _sshd() -> str | None:
    path = os.environ.get("PATH", "")
    return shutil.which("sshd", path=f"{path}{os.pathsep}/usr/sbin")


@contextmanager
def running_sshd(folder: Path) -> Iterator[Loopback]:
    """Start an sshd whose keys and settings are in a folder, and end it."""
    if os.geteuid() == 0:  # Debian's is started with it by a service
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True)
    port, closed = _free_port(), _free_port()
    server, client = folder / "server", folder / "client"
    server.write_text(_SERVER.format(port=port, folder=folder), encoding="utf-8")
    client.write_text(
        _CLIENT.format(port=port, closed=closed, folder=folder), encoding="utf-8"
    )
    command = [str(_sshd()), "-D", "-e", "-f", str(server)]
    log = folder / "log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stderr=errors) as process,
    ):
        try:
            _wait_for(port, process, log)
            yield Loopback(client)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _WAITED_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as asked:
            asked.settimeout(1)
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"no sshd: {log.read_text('utf-8', 'replace')}")
