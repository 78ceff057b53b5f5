"""Which services run where, known for as long as they say that they are alive."""

from dataclasses import dataclass

from assistant.clock import Clock
from assistant.errors import AssistantError


@dataclass(frozen=True, slots=True)
class Registration:
    """One running service.

    Attributes:
        name: What it is, such as `auth`.
        address: Where it is, such as `http://127.0.0.1:8401`.
        expires_at: When it counts as gone unless it reports before, in seconds since 1970.
    """

    name: str
    address: str
    expires_at: float


class RegistryError(AssistantError):
    """A service is not registered. Code: `not_registered`."""


class ServiceRegistry:
    """Services by name; each holds a lease that it must renew.

    Args:
        clock: Tells when leases end.
        lease_s: How long a service counts as alive after it last reported.
    """

    def __init__(self, clock: Clock, lease_s: float) -> None:
        """Begin without services."""
        self._clock = clock
        self._lease_s = lease_s
        self._found: dict[tuple[str, str], Registration] = {}

    def register(self, name: str, address: str) -> Registration:
        """Add a service, or renew its lease if it is there already."""
        registration = Registration(name, address, self._clock.now() + self._lease_s)
        self._found[name, address] = registration
        return registration

    def heartbeat(self, name: str, address: str) -> Registration:
        """Renew the lease of a service.

        Raises:
            RegistryError: It was never registered, or its lease has ended.
        """
        self._forget_expired()
        if (name, address) not in self._found:
            raise RegistryError(
                f"{name} at {address} is not registered", code="not_registered"
            )
        return self.register(name, address)

    def deregister(self, name: str, address: str) -> bool:
        """Remove a service; return whether it was there."""
        self._forget_expired()
        return self._found.pop((name, address), None) is not None

    def discover(self, name: str) -> tuple[Registration, ...]:
        """Return the living services of that name, in the order of their registration."""
        self._forget_expired()
        return tuple(each for each in self._found.values() if each.name == name)

    def _forget_expired(self) -> None:
        now = self._clock.now()
        self._found = {
            key: each for key, each in self._found.items() if each.expires_at > now
        }
