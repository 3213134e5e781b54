"""Small files with the columns of published data sets, made for these tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Rows = Iterable[Mapping[str, Any]]


def write_lines(path: Path, rows: Rows) -> Path:
    """One JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def summary(worker: str, left: str, right: str, choice: int = 0, **about: Any) -> dict[str, Any]:
    """A judgement of two summaries."""
    policies = about.pop("policies", ("sup4", "sup2"))
    summaries = [
        {"text": text, "policy": policy, "note": None} for text, policy in zip((left, right), policies, strict=True)
    ]
    info = {"id": "t3_x", "post": "My cat ran off. It came back.", "title": "Cat", "subreddit": "pets"}
    rest = {"batch": "batch9", "split": "train", "extra": {"confidence": 8}}
    return {"info": info, "summaries": summaries, "choice": choice, "worker": worker} | rest | about


def utterance(user: str, turn: int, prompt: str, answer: str, score: int, chosen: bool, **about: Any) -> dict[str, Any]:
    """A rated answer in a conversation."""
    ids = {"conversation_id": "c1", "interaction_id": f"int{turn}", "utterance_id": f"ut-{turn}-{answer}"}
    said = {"user_id": user, "turn": turn, "user_prompt": prompt, "model_response": answer, "score": score}
    return ids | said | {"if_chosen": chosen, "model_name": "m"} | about


def image_choice(user: int, label: float, **about: Any) -> dict[str, Any]:
    """A choice between two images."""
    images = {"image_0_uid": "img-0", "image_1_uid": "img-1", "image_0_url": "u", "image_1_url": "v"}
    labels = {"label_0": label, "label_1": 1 - label, "has_label": True, "are_different": True}
    when = {"created_at": "2023-03-01T10:00:00", "ranking_id": 1, "num_example_per_prompt": 1}
    return {"user_id": user, "caption": "a red fox"} | images | labels | when | about


def annotation(evaluator: str, overall: str, helpful: str) -> dict[str, Any]:
    """What one annotator said about a pair."""
    said = {"overall_pref": overall, "helpful_pref": helpful, "truthful_pref": "Tie", "harmless_pref": "Tie"}
    return {"evaluator": evaluator, "time_spent": 60, "timestamp": "2024"} | said


def rated_answer(answer: str, helpfulness: str, overall: float) -> dict[str, Any]:
    """One of the answers to an instruction."""
    aspects = ("instruction_following", "honesty", "truthfulness", "helpfulness")
    annotations = {aspect: {"Rating": "3", "Rationale": "fine"} for aspect in aspects}
    annotations["helpfulness"]["Rating"] = helpfulness
    scores = {"overall_score": overall, "fine-grained_score": overall / 2}
    return {"response": answer, "model": f"model {answer}", "annotations": annotations} | scores


def talk(*texts: str) -> list[dict[str, str]]:
    """A conversation, the user first."""
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]
