"""Traces of what the agents do, as LangChain writes them where its environment variables ask for it (docs/models.md).

LangChain does the tracing. Here is only what keeps a tracing server that fails from failing the session.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from app.output import progress

PATIENCE_SECONDS = 5.0  # for what is not sent yet when the work is done
EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


@contextmanager
def traced(patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Lets traces out while work is done, and waits a little for the last of them; without tracing, does nothing.

    Args:
        patience: Seconds to wait for a server that is slow; what is then not sent is lost.
    """
    from langsmith import run_trees, utils

    if not utils.tracing_is_enabled():
        yield
        return
    if _wants_opentelemetry() and not _has_exporter():
        # LangSmith's client would send everything to LangSmith instead, where it was not asked to go.
        progress.print("no traces are written: OpenTelemetry needs pip install 'langsmith[otel]'", style="yellow")
        run_trees.configure(enabled=False)
        yield
        return
    os.environ.setdefault("LANGSMITH_USE_DAEMON", "true")  # or a server that hangs keeps the process from ending
    try:
        yield
    finally:
        _flush(patience)


def _wants_opentelemetry() -> bool:
    from langsmith import utils

    mode = utils.get_env_var("TRACING_MODE")
    if mode is not None:
        return mode.lower() in ("otel", "hybrid")
    return utils.is_env_var_truish("OTEL_ENABLED") or utils.is_env_var_truish("OTEL_ONLY")


def _has_exporter() -> bool:
    try:
        importlib.import_module(EXPORTER)
    except ImportError:
        return False
    return True


def _flush(patience: float) -> None:
    from langchain_core.tracers.langchain import get_client
    from langsmith.utils import LangSmithError

    try:
        get_client().flush(timeout=patience)
    except LangSmithError:
        return  # LangChain has said so already, on the log
