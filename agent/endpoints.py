"""What an endpoint can do: found out by asking it once, and remembered in a file.

Whether a server makes tool calls, obeys JSON schemas or sees pictures cannot be told from the name of the model: it
depends on the server, its version, and how it was started.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage

from agent.model_errors import ModelFault
from agent.patience import Patience, patiently
from memory.atomic import write_atomically

Manner = Literal["tools", "schema", "text"]

MEMORY_DAYS = 30  # a server may have learnt more since
TOKENS = 512  # of an answer to these questions; some models come to no end
READY: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "ready",
        "description": "Say that you are ready.",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
    },
}
NUMBER: dict[str, Any] = {
    "title": "Number",
    "description": "A number.",
    "type": "object",
    "properties": {"number": {"type": "integer"}},
    "required": ["number"],
}
CALL = "Call the tool `ready` with the word yes."
COUNT = "How many legs has a horse? Answer in one short sentence."
LOOK = "The picture has two halves. Which colour is the left one, and which the right one? Answer in two words."
COLORS = {"red": (230, 0, 0), "blue": (0, 0, 230)}


@dataclass(frozen=True)
class Ability:
    """What an endpoint can do.

    Attributes:
        manner: How it gives structured answers: by tool calls, by a JSON schema, or in plain text.
        forced: Whether it can be told that it has to call a tool.
        sees: Whether it sees pictures.
    """

    manner: Manner
    forced: bool = False
    sees: bool = False


def ability_of(model: BaseChatModel, patience: Patience) -> Ability:
    """Asks an endpoint what it can do, in at most six short questions.

    Args:
        model: The model.
        patience: The limits of waiting.

    Raises:
        ModelFault: It does not answer at all.
    """
    manner, forced = _manner(model, patience)
    return Ability(manner, forced, _sees(model, patience))


def _manner(model: BaseChatModel, patience: Patience) -> tuple[Manner, bool]:
    said = _try(lambda: _call(model, forced=True), patience)
    if _called(said):
        return "tools", True
    if said is None:
        # Whatever else is wrong is told by the plainest question.
        patiently(lambda: _short(model).invoke(COUNT), patience, Counter())
        if _called(_try(lambda: _call(model, forced=False), patience)):
            return "tools", False
    said = _try(lambda: _schema(model), patience)
    return ("schema" if said is not None and _is_number(str(said.text)) else "text"), False


def _called(said: AIMessage | None) -> bool:
    return said is not None and any(call["name"] == "ready" for call in [*said.tool_calls, *said.invalid_tool_calls])


def _call(model: BaseChatModel, *, forced: bool) -> Any:
    choice = {"tool_choice": "any"} if forced else {}
    return model.bind_tools([READY], **choice).invoke(CALL, **_limit(model))


def _schema(model: BaseChatModel) -> Any:
    said: Any = model.with_structured_output(NUMBER, method="json_schema", include_raw=True).invoke(COUNT)
    return said["raw"]


def _is_number(text: str) -> bool:
    try:
        said = json.loads(text)
    except ValueError:
        return False
    return isinstance(said, dict) and list(said) == ["number"]


def _sees(model: BaseChatModel, patience: Patience) -> bool:
    """Whether it names two colours that only the picture tells."""
    shown = {"type": "image", "base64": base64.b64encode(_picture()).decode(), "mime_type": "image/png"}
    message = HumanMessage([{"type": "text", "text": LOOK}, shown])
    said = _try(lambda: _short(model).invoke([message]), patience)
    if said is None:
        return False
    named = re.findall(rf"\b({'|'.join(COLORS)})\b", str(said.text).lower())
    return named[:2] == list(COLORS) and len(str(said.text)) < 200


def _picture() -> bytes:
    from PIL import Image

    left, right = COLORS.values()
    picture = Image.new("RGB", (64, 64), left)
    picture.paste(right, (32, 0, 64, 64))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _short(model: BaseChatModel) -> Any:
    return model.bind(**_limit(model))


def _limit(model: BaseChatModel) -> dict[str, Any]:
    """The limit of an answer's length, where we know how the model is told of it."""
    from langchain_openai.chat_models.base import BaseChatOpenAI

    return {"max_tokens": TOKENS} if isinstance(model, BaseChatOpenAI) else {}


def _try(ask: Callable[[], Any], patience: Patience) -> AIMessage | None:
    """What the model says in a manner; None where the endpoint refuses the manner.

    Raises:
        ModelFault: What is wrong is not the manner.
    """
    try:
        said = patiently(ask, replace(patience, retries=min(1, patience.retries)), Counter())
    except ModelFault as fault:
        # A server that lacks the manner says so with any of these.
        if fault.kind in ("manner", "bad", "no-model", "server", "unlike", "too-long"):
            return None
        raise
    except (AttributeError, LookupError, TypeError, ValueError):
        return None  # calls that cannot be read, or a client that cannot ask in this manner
    return said if isinstance(said, AIMessage) else None


@dataclass(frozen=True)
class Memo:
    """What endpoints can do, as they were last asked.

    Attributes:
        path: The file; None remembers nothing.
    """

    path: Path | None

    def recall(self, endpoint: str) -> Ability | None:
        """What is remembered of an endpoint; None where nothing is, or it is too long ago."""
        noted: Any = self._read().get(endpoint)
        try:
            asked = datetime.fromisoformat(noted["asked"])
            if datetime.now(UTC) - asked > timedelta(days=MEMORY_DAYS) or noted["manner"] not in get_args(Manner):
                return None
            return Ability(noted["manner"], bool(noted["forced"]), bool(noted["sees"]))
        except (KeyError, TypeError, ValueError):
            return None

    def note(self, endpoint: str, ability: Ability | None) -> None:
        """Remembers what an endpoint can do, or forgets it; a file that cannot be written is done without."""
        if self.path is None:
            return
        noted = {key: value for key, value in self._read().items() if key != endpoint}
        if ability is not None:
            noted[endpoint] = {**asdict(ability), "asked": datetime.now(UTC).isoformat(timespec="seconds")}
        with contextlib.suppress(OSError):
            write_atomically(self.path, (json.dumps(noted, indent=1) + "\n").encode())

    def _read(self) -> dict[str, Any]:
        try:
            noted = json.loads(self.path.read_text(encoding="utf-8")) if self.path else {}
        except (OSError, ValueError):
            return {}
        return noted if isinstance(noted, dict) else {}
