"""Worlds whose preferences cycle: within everybody, between people who do not, or in opposite directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gustibus.catalog.pairwise_world import Asking, CyclicWorld, asked_world
from gustibus.catalog.simulating import check_sizes
from gustibus.comparisons import GustibusError

__all__ = ["condorcet_world", "cycle_world", "plural_world", "spinning_top_world"]

Floats = NDArray[np.float64]


def cycle_world(
    *,
    length: int = 3,
    win: float = 0.85,
    n_prompts: int = 1,
    n_users: int = 100,
    comparisons_per_user: int = 10,
    held_out_per_user: int = 5,
    held_out_pairs: float = 0.0,
    seed: int = 0,
) -> CyclicWorld:
    r"""Make a world in which everybody has the same cycle of any length.

    .. math:: s(i, j) = \mathrm{logit}(q) \, \frac{\sin(2 \pi (j - i) / n)}{\sin(2 \pi / n)}

    with q = ``win``: every item beats the next with probability q, and the cycle lies on a circle, so that two
    dimensions (one block of a general preference model) hold it exactly. With an even length opposite items tie.

    Parameters
    ----------
    length
        Items of each prompt, at least 3.
    win
        Probability that an item beats the next, above 1/2 and below 1: the nearer to 1, the less noise.
    n_prompts
        Each has items of its own, in an order of its own. With one prompt the judgements name none.
    n_users, comparisons_per_user, held_out_per_user
        People, and how many judgements each gives.
    held_out_pairs
        Share of all pairs that occur in ``held_out`` only. With 0 its judgements are new answers about any pair.
    seed
        Equal seeds give equal worlds.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> world = cycle_world(length=5, n_users=20)
    >>> world
    CyclicWorld(200 + 100 judgements, PairwiseTruth(20 people of 1 type, 5 responses))
    >>> world.truth.probability()[0].round(2).tolist()
    [0.5, 0.85, 0.74, 0.26, 0.15]
    """
    circle = _circle(length, win)
    asking = Asking(n_prompts, n_users, comparisons_per_user, held_out_per_user, held_out_pairs)
    return asked_world(circle[None], np.ones(1), asking, np.random.default_rng(seed))


def plural_world(
    *,
    length: int = 3,
    win: float = 0.85,
    share: float = 0.5,
    n_prompts: int = 1,
    n_users: int = 600,
    comparisons_per_user: int = 8,
    held_out_per_user: int = 4,
    held_out_pairs: float = 0.0,
    seed: int = 0,
) -> CyclicWorld:
    """Make a world of two types of people whose cycles run in opposite directions.

    Pooled, the two cancel: nothing short of a model that has both people and cycles predicts better than chance.

    Parameters
    ----------
    share
        Of the first type.
    length, win, n_prompts, n_users, comparisons_per_user, held_out_per_user, held_out_pairs, seed
        See :func:`cycle_world`.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> world = plural_world(n_users=40)
    >>> world.truth.one_taste_accuracy(world.held_out), round(world.bayes_accuracy(world.held_out), 2)
    (0.5, 0.85)
    """
    if not 0 < share < 1:
        raise GustibusError(f"share is {share}: give the part of people of the first type, between 0 and 1")
    circle = _circle(length, win)
    asking = Asking(n_prompts, n_users, comparisons_per_user, held_out_per_user, held_out_pairs)
    return asked_world(np.stack([circle, -circle]), np.array([share, 1 - share]), asking, np.random.default_rng(seed))


def condorcet_world(
    *,
    n_types: int = 3,
    step: float = 2.0,
    n_prompts: int = 1,
    n_users: int = 600,
    comparisons_per_user: int = 8,
    held_out_per_user: int = 4,
    held_out_pairs: float = 0.0,
    seed: int = 0,
) -> CyclicWorld:
    r"""Make a population whose majority cycles although nobody does (Condorcet 1785).

    There are as many items as types. Type k likes item k best, then k + 1, k + 2 and so on round the circle, with
    rewards that fall by ``step`` each time. So :math:`(n - 1) / n` of the people prefer any item to the next.

    Parameters
    ----------
    n_types
        Types of people, equally many of each, and items; at least 3.
    step
        Difference of neighbouring rewards in log-odds, above 0: the larger, the less noise.
    n_prompts, n_users, comparisons_per_user, held_out_per_user, held_out_pairs, seed
        See :func:`cycle_world`.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> world = condorcet_world(n_users=30)
    >>> world.truth.probability()[0].round(2).tolist()  # item 0 beats item 1 and loses to item 2
    [0.5, 0.59, 0.41]
    """
    _at_least_three("n_types", n_types)
    check_sizes(at_least_one={}, at_least_two={}, positive={"step": step})
    place = (np.arange(n_types)[None] - np.arange(n_types)[:, None]) % n_types  # of item j for type k
    reward = -step * place
    asking = Asking(n_prompts, n_users, comparisons_per_user, held_out_per_user, held_out_pairs)
    games = reward[:, :, None] - reward[:, None, :]
    return asked_world(games, np.full(n_types, 1 / n_types), asking, np.random.default_rng(seed))


def spinning_top_world(
    *,
    n_items: int = 40,
    height: float = 6.0,
    width: float = 3.0,
    n_users: int = 100,
    comparisons_per_user: int = 40,
    held_out_per_user: int = 20,
    held_out_pairs: float = 0.2,
    seed: int = 0,
) -> CyclicWorld:
    r"""Make a game of skill whose cycles are wide among the weak and vanish towards the top.

    .. math:: s(i, j) = h\,(t_i - t_j) + c\,(1 - t_i)(1 - t_j) \sin(\phi_i - \phi_j)

    with heights t uniform on [0, 1] and angles uniform on the circle: a transitive dimension, and a cyclic one that
    shrinks upwards, as in the games that Czarnecki et al. (2020, arXiv 2004.09468) measured. The formula is ours.

    Parameters
    ----------
    n_items
        Items (strategies, players), at least 3.
    height, width
        Log-odds h from bottom to top, and c of the widest cycle; above 0.
    n_users, comparisons_per_user, held_out_per_user, held_out_pairs, seed
        See :func:`cycle_world`.

    Raises
    ------
    GustibusError
        If a number is out of range.

    Examples
    --------
    >>> spinning_top_world(n_items=10, n_users=5)
    CyclicWorld(200 + 100 judgements, PairwiseTruth(5 people of 1 type, 10 responses))
    """
    _at_least_three("n_items", n_items)
    check_sizes(at_least_one={}, at_least_two={}, positive={"height": height, "width": width})
    rng = np.random.default_rng(seed)
    t, angle = np.sort(rng.random(n_items)), 2 * np.pi * rng.random(n_items)
    round_about = np.sin(angle[:, None] - angle[None])
    game = height * (t[:, None] - t[None]) + width * (1 - t[:, None]) * (1 - t[None]) * round_about
    asking = Asking(1, n_users, comparisons_per_user, held_out_per_user, held_out_pairs)
    return asked_world(((game - game.T) / 2)[None], np.ones(1), asking, rng)


def _circle(length: int, win: float) -> Floats:
    _at_least_three("length", length)
    if not 0.5 < win < 1:
        raise GustibusError(f"win is {win}: give the probability that an item beats the next, above 0.5 and below 1")
    ahead = np.arange(length)[None] - np.arange(length)[:, None]
    game = np.log(win / (1 - win)) * np.sin(2 * np.pi * ahead / length) / np.sin(2 * np.pi / length)
    return np.asarray((game - game.T) / 2)


def _at_least_three(name: str, value: int) -> None:
    check_sizes(at_least_one={name: value}, at_least_two={}, positive={})
    if value < 3:
        raise GustibusError(f"{name} is {value}, but a cycle needs at least 3. Give a larger {name}.")
