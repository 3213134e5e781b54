"""Small sound tables of every format, with the answers that they hold."""

from __future__ import annotations

from typing import Any

Rows = list[dict[str, Any]]


def talk(*contents: str) -> list[dict[str, str]]:
    """A conversation in which user and assistant take turns."""
    return [{"role": ("user", "assistant")[turn % 2], "content": text} for turn, text in enumerate(contents)]


def task(number: int, *answers: tuple[int, str]) -> dict[str, Any]:
    """A task of Label Studio with the answers of some people."""
    annotations = [
        {
            "id": 100 * number + person,
            "completed_by": person,
            "was_cancelled": False,
            "created_at": "2026-01-31T12:00:00Z",
            "result": [{"type": "pairwise", "from_name": "pw", "to_name": "l,r", "value": {"selected": side}}],
        }
        for person, side in answers
    ]
    data = {"prompt": f"question {number}", "answer1": f"first {number}", "answer2": f"second {number}"}
    return {"id": number, "data": data, "annotations": annotations}


def record(number: int, *answers: tuple[str, str]) -> dict[str, Any]:
    """A record of Argilla, version 2, flat, with the answers of some people."""
    return {
        "id": str(number),
        "prompt": f"question {number}",
        "response_1": f"first {number}",
        "response_2": f"second {number}",
        "better.responses": [said for _, said in answers],
        "better.responses.users": [person for person, _ in answers],
        "better.responses.status": ["submitted"] * len(answers),
    }


def turn(person: str, number: int) -> dict[str, Any]:
    """A turn in LoRe's prepared conversations."""
    about = {
        "user_id": person,
        "split": "train",
        "chosen_utterance": f"good {number}",
        "rejected_utterance": [f"bad {number}", f"worse {number}"],
    }
    return {"data_source": "prism", "prompt": talk(f"question {number}"), "extra_info": about}


SOUND: dict[str, Rows] = {
    "gustibus": [
        {"user_id": f"u{i % 3}", "prompt": "p", "response_a": f"a{i}", "response_b": f"b{i}", "choice": "ab"[i % 2]}
        for i in range(4)
    ],
    "trl": [
        {"user_id": f"u{i % 3}", "prompt": f"p{i}", "chosen": f"good {i}", "rejected": f"bad {i}"} for i in range(4)
    ],
    "openrlhf": [
        {"user_id": f"u{i % 3}", "prompt": f"p{i}", "chosen": f"good {i}", "rejected": f"bad {i}", "margin": i / 2}
        for i in range(4)
    ],
    "crowd-kit": [
        {"worker": f"w{i % 3}", "left": f"l{i}", "right": f"r{i}", "label": (f"l{i}", f"r{i}")[i % 2]} for i in range(4)
    ],
    "arena": [
        {"model_a": "m1", "model_b": f"m{i + 2}", "winner": winner, "judge": f"j{i % 2}", "tstamp": 1.7e9 + i}
        for i, winner in enumerate(["model_a", "model_b", "tie", "tie (bothbad)"])
    ],
    "votes": [
        {"prompt": f"p{i}", "response_a": "x", "response_b": "y", "votes_a": i, "votes_b": 4 - i, "votes_tie": i % 2}
        for i in range(4)
    ],
    "ratings": [
        {"user_id": f"u{i // 3}", "prompt": "p", "response": f"r{i % 3}", "rating": float(i * i % 5)} for i in range(6)
    ],
    "ranks": [{"user_id": f"u{i // 3}", "prompt": "p", "response": f"r{i % 3}", "rank": i % 3 + 1} for i in range(6)],
    "rankings": [
        {"user_id": "u0", "prompt": "p", "ranking": ["x", "y", "z"]},
        {"user_id": "u1", "prompt": "p", "ranking": ["z", "x"]},
        {"user_id": "u2", "prompt": "p", "ranking": ["y", "z", "x", "w"]},
    ],
    "choices": [
        {"user_id": "u0", "prompt": "p", "options": ["x", "y", "z"], "chosen": "y"},
        {"user_id": "u1", "prompt": "p", "options": ["x", "w"], "chosen": "x"},
        {"user_id": "u2", "prompt": "p", "options": ["z", "x", "y", "w"], "chosen": "w"},
    ],
    "choice-rows": [
        {"user_id": f"u{i // 3}", "question": i // 3, "response": f"r{i % 3}", "chosen": int(i % 3 == i // 3)}
        for i in range(6)
    ],
    "shp": [
        {
            "post_id": str(i),
            "domain": f"askculinary_{('train', 'test')[i % 2]}",
            "history": f"post {i}",
            "human_ref_A": f"comment A {i}",
            "human_ref_B": f"comment B {i}",
            "labels": i % 2,
            "score_ratio": 1.0 + i,
        }
        for i in range(4)
    ],
    "pal": [
        {"uid": f"u{i % 3}", "prompt": f"p{i}", "left": f"l{i}", "right": f"r{i}", "y": (-1, 1)[i % 2]}
        for i in range(4)
    ],
    "lore": [turn("ann", 1), turn("ben", 2), turn("ann", 3)],
    "argilla": [
        record(1, ("u1", "response_1"), ("u2", "response_2")),
        record(2, ("u1", "response-2")),
        record(3, ("u3", "tie")),
    ],
    "label-studio": [task(1, (7, "left"), (8, "right")), task(2, (7, "right")), task(3, (9, "left"))],
}
"""Rows that every reader takes without a word against them."""
