"""Tables of people's rewards are read into matrices without a hole, or refused with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from gustibus.comparisons import BadRows, GustibusError, RewardTable, read_rewards

PEOPLE, DRINKS = ("ann", "bob", "eve"), ("tea", "gin")
REWARD = np.array([[1.25, 0.1], [-1.0, 2.0], [1 / 3, 0.0]])


def rows(prompt: str | None = None) -> list[dict[str, object]]:
    return [
        {"user_id": who, "response": what, "reward": REWARD[u, y].item()}
        | {"group": "old" if u else "young", "weight": u + 1}
        | ({} if prompt is None else {"prompt": prompt})
        for u, who in enumerate(PEOPLE)
        for y, what in enumerate(DRINKS)
    ]  # fmt: skip


def assert_is_the_table(table: RewardTable, prompt: str | None = None) -> None:
    assert (table.prompt, table.people, table.responses) == (prompt, PEOPLE, DRINKS)
    np.testing.assert_array_equal(table.reward, REWARD)  # in double precision, to the last digit
    assert table.group == ("young", "old", "old")
    np.testing.assert_array_equal(table.weight, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_files_of_every_kind_hold_the_same_rewards(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rewards.{suffix}"
    if suffix == "parquet":
        pq.write_table(pa.Table.from_pylist(rows()), path)
    elif suffix == "csv":
        pa_csv.write_csv(pa.Table.from_pylist(rows()), path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    (table,) = read_rewards(path)
    assert_is_the_table(table)


def test_prompts_are_tables_of_their_own_and_the_order_of_rows_does_not_matter() -> None:
    shuffled = [(rows("A drink?") + rows("Another?"))[i] for i in np.random.default_rng(0).permutation(12)]
    tables = {table.prompt: table for table in read_rewards(shuffled)}
    assert set(tables) == {"A drink?", "Another?"}
    for table in tables.values():
        for u, who in enumerate(PEOPLE):
            for y, what in enumerate(DRINKS):
                assert table.reward[table.people.index(who), table.responses.index(what)] == REWARD[u, y]


def test_columns_of_other_names_are_named() -> None:
    other = [{"worker": row["user_id"], "text": row["response"], "score": row["reward"]} for row in rows()]
    (table,) = read_rewards(other, columns={"user_id": "worker", "response": "text", "reward": "score"})
    np.testing.assert_array_equal(table.reward, REWARD)
    assert table.group is None
    assert table.weight is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reward": "much"}, r"row 3, column 'reward', value 'much' is not a finite number\. Write a finite number"),
        ({"reward": None}, r"row 3, column 'reward', value \(missing\) is missing\."),
        ({"response": " "}, r"row 3, column 'response', value ' ' is empty\. Write the response"),
        ({"user_id": ""}, r"row 3, column 'user_id', value '' is "),
        ({"user_id": "ann"}, r"row 3, column 'response', value 'tea' has a reward by this person already\."),
        ({"weight": -1}, r"row 3, column 'weight', value -1 is negative\. Write a number >= 0"),
        ({"group": None}, r"row 3, column 'group', value \(missing\) is missing\. Give everybody a group"),
    ],
)
def test_bad_rows_are_refused_with_row_column_reason_and_fix(changed: dict[str, object], said: str) -> None:
    bad = rows()
    bad[2] = bad[2] | changed
    with pytest.raises(BadRows, match=said):
        read_rewards(bad)


def test_a_person_has_one_group_and_one_weight() -> None:
    bad = rows()
    bad[3] = bad[3] | {"group": "young", "weight": 7}
    with pytest.raises(BadRows, match=r"row 4, column 'weight', value 7 is not the weight that this person has above"):
        read_rewards(bad)


def test_missing_rewards_are_named() -> None:
    with pytest.raises(GustibusError, match=r"1 reward is missing: of 'bob' of 'gin' \(1 person of 3\)"):
        read_rewards(rows()[:3] + rows()[4:])


def test_judgements_are_to_be_fitted_first(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text("user_id,response_a,response_b,choice\nann,tea,gin,a\n")
    with pytest.raises(GustibusError, match=r"gustibus fit .*judgements.csv --out model, then gustibus decide model"):
        read_rewards(path)


def test_groups_and_weights_are_looked_up_by_name() -> None:
    (table,) = read_rewards(rows())
    assert table.with_groups({"bob": "b", "ann": "a", "eve": "a"}).group == ("a", "b", "a")
    np.testing.assert_array_equal(table.with_weights({"bob": 1, "ann": 2, "eve": 0}).weight, [2, 1, 0])
    with pytest.raises(GustibusError, match="2 people of 3 have no group: 'bob', 'eve'"):
        table.with_groups({"ann": "a"})


def test_shapes_and_names_have_to_belong_together() -> None:
    with pytest.raises(GustibusError, match="one row a person and one column a response"):
        RewardTable(None, PEOPLE, DRINKS, REWARD.T)
    with pytest.raises(GustibusError, match="the person 'ann' occurs twice"):
        RewardTable(None, ("ann", "ann", "eve"), DRINKS, REWARD)
