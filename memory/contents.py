"""The files of one task as bytes: made from a record, and read back with every hash compared.

    task.py               the program, character for character
    task.json             everything else, and the hashes of the program and the pictures
    before.png after.png  the scene before and after the oracle's work
    vectors.safetensors   what the embedding model made of it; can be made anew, so it carries no hash

`memory.files` keeps them in a folder, an archive carries them from home to home.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from memory.errors import LibraryDamaged
from memory.migrations import TASK_STEPS, migrated
from memory.record import TaskRecord
from sim.errors import UsageError, did_you_mean

PROGRAM, DOCUMENT, VECTORS = "task.py", "task.json", "vectors.safetensors"
PICTURES = ("before", "after")
PICTURE_FILES = tuple(f"{picture}.png" for picture in PICTURES)
TASK_FILES = frozenset({PROGRAM, DOCUMENT, VECTORS, *PICTURE_FILES})
FILE_REMEDY = "take the task out with `simsmith library remove {name}` and add it again, or restore the file"


def task_contents(record: TaskRecord, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a task, by name, without its vectors.

    Args:
        record: The task.
        pictures: PNG files by name, `before` and `after`.

    Raises:
        UsageError: A picture has an unknown name, or something is not text.
    """
    unknown = sorted(set(pictures) - set(PICTURES))
    if unknown:
        raise UsageError(f"a task has no picture {unknown[0]!r}", did_you_mean(unknown[0], PICTURES))
    document = record.model_dump(exclude={"code"})
    document["pictures"] = {picture: _sha256(content) for picture, content in pictures.items()}
    try:
        code = record.code.encode()
        document["code_sha256"] = _sha256(code)
        described = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError as error:
        raise UsageError(f"{record.name!r} holds what is not text: {error.reason}", "write it as UTF-8") from error
    return {PROGRAM: code, DOCUMENT: described} | {f"{name}.png": content for name, content in pictures.items()}


def read_document(content: bytes, name: str) -> dict[str, Any]:
    """What a `task.json` holds, with `code_sha256` and `pictures` (name to hash) in it.

    Raises:
        LibraryDamaged: It is not what `task_contents` makes.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise damaged(name, DOCUMENT, "is not JSON") from error
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("code_sha256"), str)
        or not isinstance(document.get("pictures"), dict)
        or not set(document["pictures"]) <= set(PICTURES)
    ):
        raise damaged(name, DOCUMENT, "does not describe a task")
    return document


def read_record(document: Mapping[str, Any], code: bytes, name: str) -> TaskRecord:
    """The record that a document and a program make.

    Raises:
        LibraryDamaged: They do not belong together, or describe another task.
    """
    if _sha256(code) != document["code_sha256"]:
        raise damaged(name, PROGRAM, "is not the program that was added")
    fields = {key: value for key, value in document.items() if key not in ("code_sha256", "pictures")}
    try:
        newest = migrated(fields, TASK_STEPS, f"{name}/{DOCUMENT}")
        record = TaskRecord.model_validate(newest | {"code": code.decode()})
    except (ValidationError, UnicodeDecodeError) as error:
        raise damaged(name, DOCUMENT, "does not describe a task") from error
    if record.name != name:
        raise damaged(name, DOCUMENT, f"describes another task, {record.name!r}")
    return record


def parse_contents(contents: Mapping[str, bytes], name: str) -> TaskRecord:
    """The record of a complete task, every hash compared.

    Args:
        contents: The files of the task, by name; the vectors may be missing and are not looked at.
        name: The task that they must be.

    Raises:
        LibraryDamaged: A file is missing, too many, or does not hold what was written into it.
    """
    strangers = sorted(set(contents) - TASK_FILES)
    if strangers:
        raise damaged(name, strangers[0], "is no file of a task")
    document = read_document(_content(contents, DOCUMENT, name), name)
    record = read_record(document, _content(contents, PROGRAM, name), name)
    for picture, expected in document["pictures"].items():
        if _sha256(_content(contents, f"{picture}.png", name)) != expected:
            raise damaged(name, f"{picture}.png", "is not the picture that was added")
    extra = sorted(set(contents) & set(PICTURE_FILES) - {f"{picture}.png" for picture in document["pictures"]})
    if extra:
        raise damaged(name, extra[0], f"is not named in {DOCUMENT}")
    return record


def damaged(name: str, file: str, what: str) -> LibraryDamaged:
    """The error for a file of a task that is not as it was written."""
    return LibraryDamaged(f"{name}/{file} {what}", FILE_REMEDY.format(name=name))


def _content(contents: Mapping[str, bytes], file: str, name: str) -> bytes:
    if file not in contents:
        raise damaged(name, file, "is missing")
    return contents[file]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
