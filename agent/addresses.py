"""Addresses of servers, and what of them may be written down: names and passwords never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def without_credentials(address: str) -> str:
    """An address without user name, password and query, where keys may stand; empty where it is none."""
    try:
        parts = urlsplit(address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    except ValueError:
        return ""


def settings_without_credentials(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, and those of roles within them, without what addresses in them may hold."""
    plain: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            plain[key] = settings_without_credentials(value)
        else:
            plain[key] = without_credentials(value) if key == "base_url" and value else value
    return plain


def with_credentials(settings: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Settings that were written down, with the credentials of an address wherever they name the same server.

    Args:
        settings: As `settings_without_credentials` gave them.
        address: An address with credentials, or any other.
    """
    plain = without_credentials(address) if address else ""
    full: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            full[key] = with_credentials(value, address)
        else:
            full[key] = address if key == "base_url" and plain and value == plain else value
    return full
