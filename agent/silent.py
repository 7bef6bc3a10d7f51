"""A chat model for replays: it says what it is handed and has no way to the network."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from sim.errors import UsageError


class NotRecorded(UsageError):
    """A replay needs an answer that its record does not have (exit code 2)."""


class Silent(BaseChatModel):
    """A chat model that says what it is handed.

    Attributes:
        said: What it says; None where nothing is to be asked of it.
    """

    said: AIMessage | None = None

    @property
    def _llm_type(self) -> str:
        return "silent"

    def bind_tools(self, tools: Any, *, tool_choice: Any = None, **kwargs: Any) -> Any:
        """Itself: which tools it calls is settled."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if self.said is None:
            raise NotRecorded("a replay was about to ask a model", "its record has to be asked; please report this")
        return ChatResult(generations=[ChatGeneration(message=self.said)])
