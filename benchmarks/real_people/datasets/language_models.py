"""Which of two replies of a language model is better."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.real_people.datasets.data_set import DataSet
from benchmarks.real_people.datasets.tables import comparisons_of, read_table
from benchmarks.real_people.datasets.text_features import components, length, read_embeddings
from gustibus.embedding import Vectors

__all__ = ["hh_vpl", "tulu"]

ANSWERS_A_PERSON = 40


def tulu(folder: Path) -> DataSet:
    """Sixteen experts on replies to instructions (Wang et al. 2023, arXiv 2306.04751)."""
    here = folder / "tulu_human_eval"
    table, items, prompts = (read_table(here / f"{name}.parquet") for name in ("comparisons", "items", "prompts"))
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
    return DataSet("tulu", "Tulu: experts on replies", comparisons, encoder, nmax=20, mint=5, is_text=True)


def hh_vpl(folder: Path) -> DataSet:
    """Pairs labelled by one of two objectives, helpful or harmless (Poddar et al. 2024, arXiv 2408.10075).

    The file has no people: each objective's pairs are dealt, in random order, to people of forty answers (what is left
    over makes the last one larger), who all share the objective's taste.
    """
    here = folder / "hh_rlhf_vpl_two_objectives"
    table = read_table(here / "comparisons.parquet")
    texts = [*table["response_a"], *table["response_b"]]
    n = len(table["pair_id"])
    names = [f"{row}{side} {text}" for row, (side, text) in enumerate(zip("a" * n + "b" * n, texts, strict=True))]
    embeddings = np.concatenate([read_embeddings(here / f"emb_response_{side}_minilm_f16.npy") for side in "ab"])
    comparisons = comparisons_of(_dealt(table["user_id"]), names[:n], names[n:], table["choice"], table["prompt"])
    encoder = Vectors(names, np.column_stack([components(embeddings), length(texts)]))
    return DataSet("hh_vpl", "HH-RLHF, two objectives", comparisons, encoder, nmax=20, mint=5, is_text=True)


def _dealt(objectives: list[str]) -> list[str]:
    rng = np.random.default_rng(7)
    people = np.empty(len(objectives), dtype=object)
    for objective in sorted(set(objectives)):
        rows = rng.permutation(np.flatnonzero(np.array(objectives) == objective))
        n_people = max(len(rows) // ANSWERS_A_PERSON, 1)
        for place, row in enumerate(rows):
            people[row] = f"{objective} {min(place // ANSWERS_A_PERSON, n_people - 1):03d}"
    return people.tolist()
