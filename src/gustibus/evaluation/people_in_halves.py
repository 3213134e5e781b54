"""Two halves of the people of every group."""

from __future__ import annotations

import numpy as np

from gustibus.comparisons import Comparisons, GustibusError

__all__ = ["people_in_halves"]


def people_in_halves(data: Comparisons, seed: int = 0) -> tuple[Comparisons, Comparisons]:
    """Divide the people of every group at random into two halves; a person keeps all their judgements together.

    Whoever answered for several groups goes with the one of their first judgement. Of an odd number the larger half
    comes first.

    Raises
    ------
    GustibusError
        Judgements have no group, or no group has two people.
    """
    group = data.with_groups_as_users().user
    people, first, person = np.unique(data.user, return_index=True, return_inverse=True)
    by_id = np.argsort(np.asarray(data.users.take(people).to_pylist(), dtype=np.str_))
    home = data.groups.take(group[first]).to_pylist()
    members: dict[str, list[int]] = {}
    for index in by_id.tolist():
        members.setdefault(str(home[index]), []).append(index)
    rng = np.random.default_rng(seed)
    second = np.zeros(len(people), dtype=np.bool_)
    for name in sorted(members):
        drawn = rng.permutation(members[name])
        second[drawn[(len(drawn) + 1) // 2 :]] = True
    if not second.any():
        raise GustibusError(
            "every group is one person, so groups cannot be audited on other people. Give user_id beside group, or "
            "audit people: group_audit(model, data, ids='user')."
        )
    return data.filter(~second[person]), data.filter(second[person])
