"""``gustibus.compare``: which model suits one's own data."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np

from gustibus.comparisons import Comparisons, GustibusError, Progress, read
from gustibus.comparisons.arguments import answer_counts, check_progress, check_seed, path_of
from gustibus.embedding import EmbeddingStore, Encoder, TextEncoder, encode_items, resolve_encoder
from gustibus.embedding.embedding_store import check_store
from gustibus.study.comparison import Comparison
from gustibus.study.model_choice import model_choices
from gustibus.study.rounds import compare_rounds, rounds_of

__all__ = ["compare"]

_LEFT_TO_TEST = 5


def compare(
    data: Any,
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    *,
    seeds: int | Sequence[int] = 5,
    encoder: str | os.PathLike[str] | Encoder = "minilm",
    shots: Sequence[int] = (0, 1, 2, 5, 10, 20),
    unseen: float = 0.3,
    mint: int = _LEFT_TO_TEST,
    reference: str | None = None,
    store: EmbeddingStore | Literal["default"] | None = "default",
    folder: str | os.PathLike[str] | None = None,
    n_boot: int = 1000,
    progress: Progress | None = None,
) -> Comparison:
    """Fit several models to the same judgements, for several seeds, and say which to take.

    For each seed people are split into seen and unseen ones (:func:`gustibus.people_split`). Every model is fitted to
    the seen people's training judgements, chooses what it leaves open on their validation judgements, and is scored on
    further judgements of theirs and on unseen people after each number of their answers: the same judgements for all
    models. Seeds are pooled; intervals are bootstrapped over people, differences are paired.

    Parameters
    ----------
    data : Comparisons, or anything :func:`gustibus.read` takes
        Judgements by people of whom some gave at least ``max(shots) + mint``. Marks in a ``split`` column play no part.
    models
        Names such as ``"bt"`` and ``"pal-a"``, or ``"pal-a:8"`` for 8 prototypes; or a mapping from names of one's own
        to options for :func:`gustibus.fit`. ``"pal-a-joint"`` is fitted
        with ``inference="joint"``. Default: the whole family. Models that cannot be fitted to these data are
        left out, with the reason.
    seeds : int or sequence of int
        How many, or which.
    encoder
        As for :func:`gustibus.fit`.
    shots : sequence of int
        Numbers of answers after which unseen people are predicted.
    unseen : float
        Share of the people with enough answers who are unseen.
    mint : int
        Answers that an unseen person must have beside ``max(shots)``, to be tested on.
    reference : str, optional
        The model from which differences are taken; default ``"bt"`` (one taste for all) if it is among the models,
        else the first.
    store : EmbeddingStore, "default" or None
        Where vectors of texts are kept.
    folder : path-like, optional
        Where finished fits are kept, one file each; with the same folder a later call fits only what is missing.
        Fits of other data, settings or versions are told apart.
    n_boot : int
        Resamples of people behind each interval.
    progress : callable, optional

    Returns
    -------
    Comparison
        ``.recommendation``, ``.table``, ``.to_json()``, ``.to_html(path)``, and the figures themselves.

    Raises
    ------
    GustibusError
        Nobody has enough answers to be unseen, there is no such model, or none can be fitted.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> user = np.repeat(np.arange(40), 24)
    >>> likes_tea = np.where(user % 2 == 0, 0.9, 0.1)
    >>> data = Comparisons.from_arrays(users=[f"u{i}" for i in range(40)], responses=["tea", "gin"], user=user,
    ...     response_a=np.zeros(960, int), response_b=np.ones(960, int), outcome=rng.uniform(size=960) < likes_tea)
    >>> tastes = {"two tastes": {"model": "pal-a", "prototypes": 2, "dimensions": 2, "max_steps": 40}}
    >>> found = compare(data, {"bt": {"model": "bt"}} | tastes, seeds=1, encoder="one-hot", shots=(0, 5))
    >>> found.recommendation.model, found["two tastes"].unseen[5].log_loss_change.high < 0
    ('two tastes', True)
    """
    check_progress(progress)
    check_store(store)
    kept = None if folder is None else path_of(folder, "folder")
    comparisons = data if isinstance(data, Comparisons) else read(data)
    choices = model_choices(models)
    draws = _draws(seeds)
    numbers = answer_counts(shots)
    if kept is not None and kept.is_file():
        raise GustibusError(f"folder={str(kept)!r} is a file. Name a folder.")
    if not numbers:
        raise GustibusError(f"shots={shots!r}: give numbers of answers from 0 on, such as shots=(0, 5)")
    _check_count("mint", mint)
    _check_count("n_boot", n_boot)
    _check_share_of_people(unseen)
    _check_enough_answers(comparisons, numbers, mint)
    one_hot = isinstance(encoder, str) and encoder == "one-hot"
    resolved = resolve_encoder(encoder, comparisons.responses.to_pylist() if one_hot else ())
    if store == "default":
        store = EmbeddingStore()
    if not isinstance(resolved, TextEncoder):
        store = None  # vectors that are there need no keeping
    rounds = rounds_of(comparisons, resolved, draws, nmax=numbers[-1], mint=mint, unseen=unseen)
    if store is not None:
        items = comparisons.items()
        encode_items(resolved, items.prompt_texts(), items.response_texts(), store=store, progress=progress)
    return compare_rounds(
        rounds,
        choices,
        shots=numbers,
        reference=reference,
        store=store,
        folder=kept,
        about={
            "judgements": len(comparisons),
            "people": comparisons.n_users,
            "items": len(comparisons.items()),
            "ties": int(comparisons.is_tie.sum()),
            "encoder": f"{resolved.kind}, {resolved.n_dimensions} dimensions",
            "new people": [each.split.unseen_pool.n_users for each in rounds],
            "tests, seen people": [len(each.split.seen_test) for each in rounds],
            "tests, new people": [len(each.split.unseen_test) for each in rounds],
            "fingerprint": comparisons.fingerprint(),
        },
        n_boot=n_boot,
        progress=progress,
    )


def _check_count(name: str, number: Any) -> None:
    if isinstance(number, bool) or not isinstance(number, Integral) or int(number) < 1:
        raise GustibusError(f"{name} must be a whole number of at least 1, got {number!r}")


def _check_share_of_people(unseen: Any) -> None:
    if isinstance(unseen, bool) or not isinstance(unseen, Real) or not 0 < float(unseen) < 1:
        raise GustibusError(f"unseen={unseen!r}: give the share of the people who are to be new, such as unseen=0.3")


def _draws(seeds: Any) -> tuple[int, ...]:
    """So many seeds from 0 on, or those that are named, each once."""
    if isinstance(seeds, str | bool) or not isinstance(seeds, Iterable | Integral):
        raise GustibusError(f"seeds={seeds!r}: give how many, such as seeds=5, or which, such as seeds=(10, 11, 12)")
    named: list[Any] = list(seeds) if isinstance(seeds, Iterable) else list(range(int(seeds)))
    for seed in named:
        check_seed(seed)
    if not named:
        raise GustibusError(f"seeds={seeds!r} are none at all: give at least 1")
    return tuple(dict.fromkeys(int(seed) for seed in named))


def _check_enough_answers(data: Comparisons, shots: tuple[int, ...], mint: int) -> None:
    """Too few answers are met before anything is encoded, with numbers that would do."""
    answers = np.bincount(data.user, minlength=1)
    if (answers >= shots[-1] + mint).any():
        return
    fewer = tuple(n for n in shots if (answers >= n + mint).sum() >= 10)
    advice = (
        f"shots={fewer} leaves {int((answers >= fewer[-1] + mint).sum())} people with enough"
        if fewer
        else "more judgements a person are needed"
    )
    raise GustibusError(
        f"new people cannot be tested after {shots[-1]} answers: that takes {shots[-1]} + {mint} answers of a person, "
        f"and the most that somebody gave is {int(answers.max())}; {advice}"
    )
