"""What a judge calls a tie is hard to tell apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds_of_votes import shared_taste

from gustibus.comparisons import Comparisons, GustibusError
from gustibus.diagnosis import judged_ties, taxonomy

ROW: dict[str, Any] = {"user_id": "ann", "prompt": "p", "response_a": "x", "response_b": "y", "choice": "a"}
OTHER = {**ROW, "response_b": "z", "user_id": "ben"}
TURNED = {**ROW, "response_a": "y", "response_b": "x", "user_id": "llm"}


def test_shares_are_by_pair_either_way_round_and_by_weight() -> None:
    data = Comparisons.from_rows([ROW, OTHER, {**ROW, "user_id": "ben"}])
    said = [{**TURNED, "choice": "tie", "weight": 3.0}, {**TURNED, "user_id": "b", "choice": "a", "weight": 1.0}]
    np.testing.assert_array_equal(judged_ties(data, Comparisons.from_rows(said)), [0.75, np.nan, 0.75])
    # One half is what is left of answers that change with the order.
    half = Comparisons.from_rows([{**TURNED, "choice": 0.5}, {**OTHER, "user_id": "llm", "choice": 0.75}])
    np.testing.assert_array_equal(judged_ties(data, half), [1.0, 0.0, 1.0])


def test_a_judge_of_other_pairs_is_refused() -> None:
    with pytest.raises(GustibusError, match="asked about none of these pairs"):
        judged_ties(Comparisons.from_rows([ROW]), Comparisons.from_rows([{**ROW, "prompt": "another"}]))


def test_what_the_judge_calls_a_tie_is_similar_whatever_its_vectors() -> None:
    data, _, _ = shared_taste(n_people=12, answers=12)
    rows = data.to_rows()[:10]
    verdicts = Comparisons.from_rows([{**row, "user_id": "llm", "choice": "tie"} for row in rows])
    apart = np.zeros(len(data))
    share = judged_ties(data, verdicts)
    assert not taxonomy(data, apart, similar_from=0.5).similar[share == 1].all()
    found = taxonomy(data, apart, similar_from=0.5, tie_share=share)
    assert found.similar[share == 1].all()
    assert share[:10].tolist() == [1.0] * 10
