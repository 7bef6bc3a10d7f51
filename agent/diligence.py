"""Looking before answering: an answer that was not preceded by the tools it should rest on is sent back, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.tools import BaseTool

SENT_BACK = "Error: not yet."
# What a role has to call, with success, before it gives this answer. To say that nothing can be done, it need not look.
LOOKED_UP: dict[str, tuple[str, ...]] = {"Proposal": ("search_tasks", "check_novelty")}


class Diligence(AgentMiddleware):
    """Sends an answer back when its author did not look first; whoever insists is heard.

    Only tools that the request offers are demanded: there are endpoints that cannot call any.

    Args:
        looked_up: For the name of an answer the tools that have to be called before it.
    """

    def __init__(self, looked_up: dict[str, tuple[str, ...]] = LOOKED_UP) -> None:
        super().__init__()
        self._looked_up = looked_up

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Calls the model, and takes its answer only when it has looked."""
        response = handler(request)
        answer = type(response.structured_response).__name__
        missing = self._missing(answer, request)
        told = [message for message in response.result if isinstance(message, ToolMessage) and message.name == answer]
        if not missing or not told:
            return response
        return ModelResponse([_sent_back(message, answer, missing) for message in response.result])

    def _missing(self, answer: str, request: ModelRequest[Any]) -> list[str]:
        heard = [message for message in request.state["messages"] if isinstance(message, ToolMessage)]
        if any(str(message.text).startswith(SENT_BACK) for message in heard):
            return []
        called = {message.name for message in heard if message.status == "success"}
        offered = {item.name for item in request.tools if isinstance(item, BaseTool)}
        return [name for name in self._looked_up.get(answer, ()) if name in offered - called]


def _sent_back(message: BaseMessage, answer: str, missing: Sequence[str]) -> BaseMessage:
    if not isinstance(message, ToolMessage) or message.name != answer:
        return message
    tools = " and ".join(f"`{name}`" for name in missing)
    reason = (
        f"{SENT_BACK} Call {tools} first and look at what they say of your idea. Then call `{answer}` again, with this "
        "one or with a better one."
    )
    return message.model_copy(update={"content": reason, "status": "error"})
