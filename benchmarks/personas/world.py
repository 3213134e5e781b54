"""People of known types who agree or disagree with statements.

The statements, and which answer each persona gives to its own, are the model-written evaluations of Perez et al.
(2022), arXiv 2212.09251. A person answers the statements of their own persona as that persona does, and those of the
others the opposite way. A judgement's prompt is the statement, its responses are Yes and No.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gustibus.comparisons import Comparisons
from gustibus.embedding import Vectors
from gustibus.evaluation import PeopleSplit

__all__ = ["Features", "PersonaWorld", "Statements", "make_world", "read_statements"]

Floats = NDArray[np.float64]
Features = Literal["whitened 64", "raw 64", "raw 384"]

SEEN_A_PERSONA, NEW_A_PERSONA = 40, 20
TEST_STATEMENTS = 20
TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1
COMPONENTS = 64


@dataclass(frozen=True)
class Statements:
    """All statements with an embedding.

    Attributes
    ----------
    text, persona
        ``(n,)``, texts distinct.
    agrees
        ``(n,)``: whether the persona says Yes to it.
    embedding
        ``(n, 384)``.
    """

    text: NDArray[np.str_]
    persona: NDArray[np.str_]
    agrees: NDArray[np.bool_]
    embedding: Floats

    def of(self, personas: NDArray[np.str_]) -> Statements:
        """Those of some personas."""
        rows = np.flatnonzero(np.isin(self.persona, personas))
        return Statements(self.text[rows], self.persona[rows], self.agrees[rows], self.embedding[rows])


def read_statements(folder: Path) -> Statements:
    """From the folder of data sets; of equal statements the first is kept.

    Raises
    ------
    FileNotFoundError
        The folder does not have them.
    """
    here = folder / "anthropic_persona"
    if not here.is_dir():
        raise FileNotFoundError(
            f"{here} is not there. Point --data to the folder that holds anthropic_persona."
        )  # fmt: skip
    rows = np.load(here / "emb_row_index.npy")
    table = pq.read_table(here / "statements.parquet", columns=["persona", "statement", "matching"]).take(rows)
    text = np.array(table["statement"].to_pylist())
    kept = np.sort(np.unique(text, return_index=True)[1])
    persona, agrees = np.array(table["persona"].to_pylist()), np.array(table["matching"].to_pylist())
    embedding = np.load(here / "emb_minilm_f16.npy").astype(np.float64)
    return Statements(text[kept], persona[kept], agrees[kept], embedding[kept])


@dataclass(frozen=True)
class PersonaWorld:
    """A draw of personas, people and who answers what.

    Attributes
    ----------
    statements
        Of the personas of this world.
    split
        ``train`` and ``validation`` of seen people; ``seen_test`` and ``unseen_test`` on statements that nobody's
        training or validation judgements are about; ``unseen_pool`` on the other statements.
    type_of
        Person -> number of their persona.
    personas
        Their names.
    """

    statements: Statements
    split: PeopleSplit
    type_of: dict[str, int]
    personas: tuple[str, ...]

    @cached_property
    def _components(self) -> tuple[Floats, Floats]:
        """Left singular vectors and singular values of the centred embeddings."""
        centred = self.statements.embedding - self.statements.embedding.mean(axis=0)
        left, values, _ = np.linalg.svd(centred, full_matrices=False)
        return left, values

    def statement_vectors(self, features: Features) -> Floats:
        """Vectors of the statements, ``(n, F)``, mean 0 and mean square 1 over all entries."""
        left, values = self._components
        if features not in get_args(Features):
            raise ValueError(f"features={features!r} are none of {get_args(Features)}")
        if features == "whitened 64":
            vectors = left[:, :COMPONENTS]
        else:
            vectors = (left * values)[:, : COMPONENTS if features == "raw 64" else None]
        return np.asarray(vectors / np.sqrt(np.mean(vectors**2)))

    def encoder(self, features: Features) -> Vectors:
        """Yes is half the statement's vector and No minus that, so a judgement's difference is the statement's vector.

        The prompt has the statement's vector too, for models in which tastes depend on it.
        """
        vectors, text = self.statement_vectors(features), self.statements.text
        ids = [*(_yes(one) for one in text), *(_no(one) for one in text)]
        asked = [str(one) for one in text]
        return Vectors(ids, np.concatenate([vectors / 2, -vectors / 2]), prompts=(asked, vectors))


def make_world(
    statements: Statements,
    n_personas: int,
    answers: int,
    seed: int,
    *,
    pool: int = 100,
    people: int = SEEN_A_PERSONA,
) -> PersonaWorld:
    """Draw personas and people.

    A fifth of the statements are for tests only and a tenth for validation only. A seen person answers `answers`
    statements, a tenth of them (at least one) for validation, and 20 for the test; a new person `pool`, in the order in
    which they are revealed, and 20 for the test.

    Parameters
    ----------
    statements
        From `read_statements`.
    n_personas
        K*; 20 new people each.
    answers
        Of a seen person, for training and validation.
    seed
        Of everything random. People of different seeds have different ids.
    pool
        Answers of a new person held ready.
    people
        Seen people a persona.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.choice(np.unique(statements.persona), n_personas, replace=False)
    here = statements.of(chosen)
    test, validation, train = _parts(rng.permutation(len(here.text)))
    n_validation = max(1, round(VALIDATION_SHARE * answers))
    draws: dict[str, list[tuple[str, int, int]]] = {name: [] for name in PeopleSplit.__dataclass_fields__}
    type_of = {}
    for kind, number in (("seen", people), ("new", NEW_A_PERSONA)):
        for i in range(number * n_personas):
            person, persona = f"world {seed}, {kind} {i:03d}", i % n_personas
            type_of[person] = persona
            if kind == "seen":
                asked = {
                    "train": rng.permutation(train)[: answers - n_validation],
                    "validation": rng.permutation(validation)[:n_validation],
                    "seen_test": rng.permutation(test)[:TEST_STATEMENTS],
                }
            else:
                known = np.concatenate([train, validation])
                asked = {
                    "unseen_pool": rng.permutation(known)[:pool],
                    "unseen_test": rng.permutation(test)[:TEST_STATEMENTS],
                }
            for part, rows in asked.items():
                draws[part] += [(person, persona, int(row)) for row in rows]
    split = PeopleSplit(**{part: _judgements(here, chosen, drawn, list(type_of)) for part, drawn in draws.items()})
    return PersonaWorld(here, split, type_of, tuple(str(name) for name in chosen))


def _parts(shuffled: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    n_test, n_validation = (round(share * len(shuffled)) for share in (TEST_SHARE, VALIDATION_SHARE))
    return np.split(shuffled, [n_test, n_test + n_validation])


def _judgements(
    here: Statements, personas: NDArray[np.str_], drawn: list[tuple[str, int, int]], people: list[str]
) -> Comparisons:
    """Yes is a and No is b; vocabularies are those of the world, so the parts share their codes."""
    number = {person: i for i, person in enumerate(people)}
    rows = np.array([row for _, _, row in drawn])
    own = here.persona[rows] == personas[[persona for _, persona, _ in drawn]]
    n = len(here.text)
    return Comparisons.from_arrays(
        users=people,
        prompts=[str(text) for text in here.text],
        responses=[*(_yes(text) for text in here.text), *(_no(text) for text in here.text)],
        user=[number[person] for person, _, _ in drawn],
        prompt=rows,
        response_a=rows,
        response_b=rows + n,
        outcome=np.where(own, here.agrees[rows], ~here.agrees[rows]).astype(float),
    )


def _yes(text: str) -> str:
    return f"{text} Yes"


def _no(text: str) -> str:
    return f"{text} No"
