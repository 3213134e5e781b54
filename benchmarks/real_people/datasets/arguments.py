"""Which of two arguments of a debate is more convincing (Habernal and Gurevych 2016)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.real_people.datasets.data_set import DataSet
from benchmarks.real_people.datasets.tables import comparisons_of, read_table
from benchmarks.real_people.datasets.text_features import components, length, read_embeddings
from gustibus.embedding import Vectors

__all__ = ["ukp"]


def ukp(folder: Path) -> DataSet:
    """A thousand arguments, each in many pairs; whitened sentence embeddings and length."""
    here = folder / "ukp_convarg_crowd"
    table, items, prompts = (read_table(here / f"{name}.parquet") for name in ("comparisons", "items", "prompts"))
    # Two arguments may have the same text, so a response is named by its id as well.
    response = {item: f"{item} {text}" for item, text in zip(items["item_id"], items["text"], strict=True)}
    prompt = dict(zip(prompts["prompt_id"], prompts["prompt"], strict=True))
    comparisons = comparisons_of(
        table["user_id"],
        [response[item] for item in table["item_a"]],
        [response[item] for item in table["item_b"]],
        table["choice"],
        [prompt[asked] for asked in table["prompt_id"]],
    )
    embeddings = read_embeddings(here / "emb_items_minilm_f16.npy")
    features = np.column_stack([components(embeddings), length(items["text"])])
    asked = components(read_embeddings(here / "emb_prompts_minilm_f16.npy"))
    encoder = Vectors([response[item] for item in items["item_id"]], features, prompts=(prompts["prompt"], asked))
    return DataSet(
        "ukp", "UKP: convincing arguments", comparisons, encoder, nmax=20, mint=5, items_recur=True, is_text=True
    )  # fmt: skip
