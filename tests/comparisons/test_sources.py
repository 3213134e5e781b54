from __future__ import annotations

import pytest

from gustibus.comparisons import Comparisons, DataWarning, GustibusError, read

ROWS = [
    {"user_id": "ann", "response_a": "tea", "response_b": "gin", "choice": "a", "source": "human"},
    {"user_id": "ben", "response_a": "gin", "response_b": "tea", "choice": "b", "source": None},
    {"user_id": "m/calm", "response_a": "tea", "response_b": "ale", "choice": "a", "source": "llm:m"},
    {"user_id": "m/wild", "response_a": "tea", "response_b": "ale", "choice": "tie", "source": "llm:m"},
]


def test_judgements_of_one_source_or_some() -> None:
    data = Comparisons.from_rows(ROWS)

    assert data.source_counts() == {"human": 1, "llm:m": 2, None: 1}
    assert data.of_source("llm:m").user_ids == ["m/calm", "m/wild"]
    assert data.of_source(["human", None]).user_ids == ["ann", "ben"]
    assert data.of_source("human").source_counts() == {"human": 1}


def test_a_source_that_is_not_there_is_refused_with_those_that_are() -> None:
    data = Comparisons.from_rows(ROWS[1:])

    with pytest.raises(GustibusError, match=r"source 'human'. Sources are: 'llm:m', None \(not said\)"):
        data.of_source("human")


def test_reading_several_sources_warns_with_their_counts() -> None:
    with pytest.warns(DataWarning, match=r"'human': 1, 'llm:m': 2, not said: 1\).*of_source\('llm:m'\)"):
        read(ROWS)
