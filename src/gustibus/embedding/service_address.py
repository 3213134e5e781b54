"""The address of a web service, and the key to it."""

from __future__ import annotations

from urllib.parse import urlsplit

from gustibus.comparisons import GustibusError

__all__ = ["checked_key", "checked_url"]


def checked_url(url: str, end: str) -> str:
    """The base address of a service, given with or without the ``end`` at which it is asked.

    Raises
    ------
    GustibusError
        For an address that is none, or that holds a password or a query (either could be a secret).

    Examples
    --------
    >>> checked_url("http://localhost:8000/v1/embeddings/", "/embeddings")
    'http://localhost:8000/v1'
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise GustibusError(
            f"url={url!r} is no web address ({error}). Give one such as 'http://localhost:8000/v1'."
        ) from error
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise GustibusError(
            f"the address of the service at {parts.hostname!r} holds a user, password, query or fragment, which would "
            "be saved or shown. Give the plain address and the key as api_key or in the environment."
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise GustibusError(f"url={url!r} is no web address. Give one such as 'http://localhost:8000/v1'.")
    return url.rstrip("/").removesuffix(end)


def checked_key(key: str, source: str) -> str:
    """A key that can stand in a header; what is wrong with it is said without showing it.

    >>> checked_key(" k-17\\n", "api_key")
    'k-17'
    """
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise GustibusError(f"{source} holds no valid key: a key is a word of printable ASCII characters.")
    return key
