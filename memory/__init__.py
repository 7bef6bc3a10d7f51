"""What is remembered: the task library (files and their index), novelty, and the sessions' logs."""

from memory.check import Problem
from memory.embedding import Embedder, load_embedder
from memory.errors import LibraryDamaged
from memory.events import Event, EventKind, EventLog, session_ids
from memory.library import TaskLibrary
from memory.novelty import Hit, Novelty, judge_novelty, scene_similarity
from memory.programs import normalise_code
from memory.record import Review, TaskRecord, utc_now
from memory.sentence_model import MiniLM

__all__ = [
    "Embedder",
    "Event",
    "EventKind",
    "EventLog",
    "Hit",
    "LibraryDamaged",
    "MiniLM",
    "Novelty",
    "Problem",
    "Review",
    "TaskLibrary",
    "TaskRecord",
    "judge_novelty",
    "load_embedder",
    "normalise_code",
    "scene_similarity",
    "session_ids",
    "utc_now",
]
