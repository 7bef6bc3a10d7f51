"""What a model gets wrong in the form of its messages: it is told, and can mend it, instead of ending the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage, InvalidToolCall, ToolCall, ToolMessage
from pydantic import ValidationError

from agent.answers import readable
from sim.errors import EnvironmentBroken

UNREAD = "Error: this call cannot be read: it needs an id, and arguments that are one JSON object. Please call again."


class Misspoken(AgentMiddleware):
    """Answers tool calls whose arguments are not a JSON object, and takes half characters out of messages.

    Args:
        answer: Name of the tool that takes the role's answer.
        where: The model's server.

    Raises:
        EnvironmentBroken: What answers is no chat model.
    """

    def __init__(self, answer: str, where: str) -> None:
        super().__init__()
        self._answer = answer
        self._where = where

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Calls the model, and mends its message."""
        try:
            response = handler(request)
        except ValidationError:  # raised for arguments that are no object, or no id; the message is lost
            lost = InvalidToolCall(type="invalid_tool_call", name=self._answer, args=None, id=None, error=None)
            response = ModelResponse([AIMessage("", invalid_tool_calls=[lost])])
        except (AttributeError, LookupError, TypeError, ValueError) as error:  # a web page, or JSON of another kind
            raise EnvironmentBroken(
                f"{self._where} does not answer as a chat model does: {' '.join(str(error).split())[:200]}",
                "check --base-url; it mostly ends in /v1",
            ) from None
        mended = [item for message in response.result for item in _mended(message)]
        return ModelResponse(mended, response.structured_response)


def _mended(message: BaseMessage) -> Iterator[BaseMessage]:
    """The message, and an answer to each of its calls that cannot be read."""
    content = readable(message.content)
    if not isinstance(message, AIMessage):
        yield message.model_copy(update={"content": content})
        return
    unread = [
        ToolCall(name=call["name"] or "unknown", args={}, id=call["id"] or f"call-{uuid4().hex}", type="tool_call")
        for call in message.invalid_tool_calls
    ]
    calls = [*readable(message.tool_calls), *unread]
    yield message.model_copy(update={"content": content, "tool_calls": calls, "invalid_tool_calls": []})
    for call in unread:
        yield ToolMessage(UNREAD, tool_call_id=str(call["id"]), name=call["name"], status="error")
