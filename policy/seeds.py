"""Which seeds serve what, so that no policy is ever tested on a scene that it was trained on."""

from __future__ import annotations

TRAIN_SEEDS = 0  # demonstrations count up from here
VALIDATION_SEEDS = 500_000  # demonstrations end below; for choosing among policies before any test
TEST_SEEDS = 1_000_000  # evaluation
