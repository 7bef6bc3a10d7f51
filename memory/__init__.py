"""What is remembered: the task library (files and their index), novelty, failures, and the sessions' logs."""

from memory.check import Problem
from memory.embedding import Embedder, load_embedder
from memory.errors import LibraryDamaged
from memory.events import Event, EventKind, EventLog, session_ids
from memory.failure import Failure, Repair, Sighting
from memory.failures import FailureStore
from memory.lessons import Lesson
from memory.library import TaskLibrary
from memory.novelty import Hit, Novelty, judge_novelty, scene_similarity
from memory.programs import normalise_code
from memory.record import Provenance, Review, TaskRecord, utc_now
from memory.sentence_model import MiniLM

__all__ = [
    "Embedder",
    "Event",
    "EventKind",
    "EventLog",
    "Failure",
    "FailureStore",
    "Hit",
    "Lesson",
    "LibraryDamaged",
    "MiniLM",
    "Novelty",
    "Problem",
    "Provenance",
    "Repair",
    "Review",
    "Sighting",
    "TaskLibrary",
    "TaskRecord",
    "judge_novelty",
    "load_embedder",
    "normalise_code",
    "scene_similarity",
    "session_ids",
    "utc_now",
]
