"""Whether services agree on what they share, told without telling their secrets."""

from collections.abc import Mapping


def disagreements(
    services: Mapping[str, Mapping[str, str]],
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the settings on which services differ.

    Args:
        services: What `Configuration.digests` gave each service, by its name.

    Returns:
        By path: the services that agree with one another, in groups of sorted names; the
        largest group first. A service that lacks a setting differs from those that have
        it.
    """
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for path in sorted({path for digests in services.values() for path in digests}):
        groups: dict[str | None, list[str]] = {}
        for name in sorted(services):
            groups.setdefault(services[name].get(path), []).append(name)
        if len(groups) > 1:
            ranked = sorted(groups.values(), key=lambda names: (-len(names), names))
            found[path] = tuple(tuple(names) for names in ranked)
    return found
