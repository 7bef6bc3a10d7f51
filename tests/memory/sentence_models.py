"""Small sentence-transformers models with random weights, written by the library itself."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = ("put", "the", "block", "ball", "bowl", "in", "into", "red", "green", "stack", "x", "=", "(", ")", "##s")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def tiny_model(folder: Path, *, pooling: str = "mean", normalise: bool = True, seed: int = 1, prompt: str = "") -> Path:
    """Writes a model of 16 numbers a text, at most 32 tokens a text; returns its folder."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, BertTokenizerFast

    source = folder.with_name(f"{folder.name}-bert")
    source.mkdir(parents=True)
    (source / "vocab.txt").write_text("\n".join([*SPECIAL, *WORDS]), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(source)
    BertTokenizerFast(str(source / "vocab.txt")).save_pretrained(source)
    modules = [models.Transformer(str(source), max_seq_length=32), models.Pooling(16, pooling)]
    model = SentenceTransformer(modules=[*modules, models.Normalize()] if normalise else modules, device="cpu")
    model.save(str(folder))
    if prompt:
        file = folder / "config_sentence_transformers.json"
        told = json.loads(file.read_text())
        file.write_text(json.dumps(told | {"prompts": {"query": prompt}, "default_prompt_name": "query"}))
    return folder
