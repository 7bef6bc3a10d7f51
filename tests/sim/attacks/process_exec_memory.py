"""Becomes a program that lies in memory only. Stopped by: seccomp, landlock."""

import os

from sim import Task


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        program = os.memfd_create("program", 0)
        os.write(program, b"#!/bin/sh\necho > OUTSIDE_FOLDER/TOKEN\n")
        os.execve(program, ["program"], {})
