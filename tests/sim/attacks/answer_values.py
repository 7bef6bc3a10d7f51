"""Tells a finding with nested values, endless text, huge numbers and what a terminal obeys. Stopped by: process."""

import json

from sim import Task
from sim.errors import TaskError


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        write = json.dumps
        nested, huge = '{"a":' * 400 + "1" + "}" * 400, "9" * 4000
        text, values = (
            "\\u001b]0;forged\\u0007\\ud800" + "x" * 1_000_000,
            f'{{"a": {nested}, "b": {huge}, "c": [{huge}]}}',
        )
        forged = f'"{text}", "values": {values}'
        json.dumps = lambda *given, **how: write(*given, **how).replace('"FORGED"', forged)
        raise TaskError("raised", "", "FORGED")
