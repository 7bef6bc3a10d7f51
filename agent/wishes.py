"""What a person wishes for where they ask politely: `could you make it taller?` is no question."""

from __future__ import annotations

import re

ABILITY = r"done|solved|built|reached|proved|proven|kept|moved|undone|removed|exported"  # `can it be solved?` asks
# How a wish begins, and what stands for that; looked for again and again, since people say `and could you please`.
OPENINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^{pattern}(?:[\s,:]+|$)", re.IGNORECASE), meant)
    for pattern, meant in (
        (rf"(?:can|could) (?:it|they|this|that) (?:please )?be(?! (?:{ABILITY})\b)", "make it "),
        (r"what if (?:it|they|this|that) (?:is|are|was|were)", "make it "),
        (r"(?:how|what) about(?! \S+-\S+)(?: having| using)?", "use "),
        (r"(?:can|could|may|might|shall) (?:i|we) (?:please )?(?:have|get)", "use "),
        (r"(?:can|could) there (?:please )?be", "use "),
        (r"i(?:'d| would)? (?:rather|prefer)(?: to)?(?: have| see)?", "use "),
        (r"(?:is it|would it be) possible to", ""),
        (r"why (?:not|don'?t (?:we|you))(?= (?:make|use|add|put|place|stack|take|remove|swap|change)\b)", ""),
        (r"(?:please|(?:could|can|would|will|might) you|(?:can|could|shall|should) we|let'?s|now)", ""),
        (r"(?:i want(?: you)? to|i(?:'d| would) like(?: you)? to|and|then|ok(?:ay)?|also|so|well|hmm?)", ""),
    )
)
ASKING = re.compile(
    r"^(?:explain|show|tell|say|see|look|describe|know|repeat|help|why|what|how|who|where|when|which|is|are|was|were|"
    r"does|do|did|has|have)\b",
    re.IGNORECASE,
)
DOING = re.compile(
    r"^(?:make|use|add|put|place|stack|line|sort|with|without|remove|take|leave|swap|exchange|change|replace|turn|paint|"
    r"colou?r|recolou?r|(?:one|two|three|four|five|\d+) (?:more|less|fewer)|more|fewer|another)\b",
    re.IGNORECASE,
)


def without_manners(text: str) -> str:
    """The words without what is only polite at their beginning: `could it be taller?` is `make it taller?`.

    Words of which nothing would be left stay as they are.
    """
    while True:
        polite, meant = next(
            ((found, word) for opening, word in OPENINGS if (found := opening.match(text))), (None, "")
        )
        if polite is None or not text[polite.end() :].strip(" ?!."):
            return text
        text = meant + text[polite.end() :]
        if meant:
            return text


def wish(text: str) -> str:
    """What is wished for in these words; empty where they only ask something.

    Args:
        text: One line of a person, about a task that they see.
    """
    wanted = without_manners(text)
    if text.rstrip().endswith("?") and (ASKING.match(wanted) or (wanted == text and not DOING.match(text))):
        return ""
    return wanted.rstrip(" ?")
