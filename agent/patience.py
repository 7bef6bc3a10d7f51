"""How long a model's server is waited for, and how often it is asked again."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agent.model_errors import fault_of_call

logger = logging.getLogger(__name__)
Said = TypeVar("Said")
# How often an answer is asked for again, where it is less often than `Patience.retries`: what takes long takes long
# again, and what is no chat model at all will not become one.
FEWER_RETRIES = {"timeout": 1, "unlike": 1}


@dataclass(frozen=True)
class Patience:
    """The limits of asking and waiting; times are in seconds.

    Attributes:
        request_seconds: For one answer, or between two pieces of it.
        retries: After a rate limit, a server error, or a cut connection.
        first_wait: Before the first retry; doubles with each one.
        longest_wait: Before any retry; a server that asks for more is not waited for.
        shortenings: How often a conversation is shortened that is too long for a model.
        tokens: Of an answer in schema or text; the small models that need these manners sometimes come to no end.
    """

    request_seconds: float = 300.0
    retries: int = 4
    first_wait: float = 1.0
    longest_wait: float = 60.0
    shortenings: int = 4
    tokens: int = 8192

    def wait(self, retry: int, asked: float | None) -> float:
        """How long to wait before a retry.

        Args:
            retry: Its number, from 0.
            asked: What the server asks for, if it does.
        """
        if asked is not None:
            return asked
        # Rounds that run beside each other do not all come back at the same moment.
        return float(min(self.first_wait * 2**retry * random.uniform(0.75, 1.25), self.longest_wait))


def patiently(call: Callable[[], Said], patience: Patience, faults: Counter[str]) -> Said:
    """What a server says, asked again while that may help.

    Args:
        call: Asks it.
        patience: The limits.
        faults: Counts what went wrong, by kind.

    Raises:
        ModelFault: It cannot be asked any more.
    """
    for retry in range(patience.retries + 1):
        try:
            return call()
        except Exception as error:
            fault = fault_of_call(error)
            if fault is None:
                raise
            faults[fault.kind] += 1
            retries = min(patience.retries, FEWER_RETRIES.get(fault.kind, patience.retries))
            wait = patience.wait(retry, fault.wait)
            if not fault.passes or retry >= retries or wait > patience.longest_wait:
                raise fault from error
            logger.info("%s; asking again in %.1f s", fault.told or fault.kind, wait)
            time.sleep(wait)
    raise AssertionError("the last retry returns or raises")
