"""HTML of which every text is escaped: what stands in a page comes from models and strangers."""

from __future__ import annotations

import base64
import hashlib
from html import escape


class Markup(str):
    """HTML that is safe to stand in a page; any other text is escaped first."""

    __slots__ = ()


def element(name: str, *parts: str, **attributes: object) -> Markup:
    """An element.

    Args:
        name: Its name.
        parts: What stands in it: `Markup` as it is, any other text escaped.
        attributes: Its attributes; a trailing `_` of a name falls away, any other becomes `-`. False and None are left
            out, True stands without a value.
    """
    told = "".join(_attribute(word, value) for word, value in attributes.items() if value not in (None, False))
    return Markup(f"<{name}{told}>{joined(*parts)}</{name}>")


def picture(source: str, words: str) -> Markup:
    """An image element.

    Args:
        source: A data URI.
        words: What is to be seen.
    """
    return Markup(f"<img{_attribute('src', source)}{_attribute('alt', words)}>")


def joined(*parts: str) -> Markup:
    """Parts one after the other: `Markup` as it is, any other text escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def film(source: str, words: str) -> Markup:
    """A film element, which plays when it is asked to.

    Args:
        source: A data URI.
        words: What is to be seen.
    """
    return element("video", src=source, aria_label=words, controls=True, loop=True, muted=True, playsinline=True)


def page(title: str, style: str, *parts: str) -> str:
    """A page without scripts, in which nothing is loaded and no style counts but this one."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; media-src data:"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
{joined(*parts)}
</body>
</html>
"""


def _attribute(word: str, value: object) -> str:
    name = word.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
