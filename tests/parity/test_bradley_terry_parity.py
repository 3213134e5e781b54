"""Bradley-Terry strengths of recurring items beside two public implementations.

All three solve the same convex problem, up to a constant: ours with a ridge of 1e-8 on standardised indicators, which
moves strengths by far less than 1e-5 here. What remains is each solver's tolerance and our float32 features, together
below 1e-4.
"""

import choix
import evalica
import numpy as np
import pytest

import gustibus as gs

# Nothing is left for validation, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::gustibus.comparisons.DataWarning")

N_ITEMS, N_JUDGEMENTS, ANSWERS = 12, 3000, 5
ITEMS = [f"item-{i:02d}" for i in range(N_ITEMS)]


def judgements(seed, ties=0.0):
    """Judgements by people with five answers each, too few to keep some for validation: all of them are fitted."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(size=N_ITEMS)
    a = rng.integers(0, N_ITEMS, N_JUDGEMENTS)
    b = (a + rng.integers(1, N_ITEMS, N_JUDGEMENTS)) % N_ITEMS
    outcome = (rng.random(N_JUDGEMENTS) < 1 / (1 + np.exp(strength[b] - strength[a]))).astype(float)
    outcome[rng.random(N_JUDGEMENTS) < ties] = 0.5
    return a, b, outcome


def fitted_strengths(a, b, outcome):
    data = gs.Comparisons.from_arrays(
        users=[f"u{u}" for u in range(N_JUDGEMENTS // ANSWERS)], responses=ITEMS,
        user=np.arange(N_JUDGEMENTS) // ANSWERS, response_a=a, response_b=b, outcome=outcome, is_tie=outcome == 0.5,
    )  # fmt: skip
    model = gs.fit(data, model="bt", encoder="one-hot", shared_penalty=1e-8)
    return centred(model.reward(None, ITEMS))


def centred(strengths):
    return np.asarray(strengths) - np.mean(strengths)


@pytest.mark.parametrize("seed", [0, 1])
def test_strengths_equal_those_of_choix(seed):
    a, b, outcome = judgements(seed)
    wins = [(int(i), int(j)) if y == 1 else (int(j), int(i)) for i, j, y in zip(a, b, outcome, strict=True)]

    ours = fitted_strengths(a, b, outcome)

    by_newton = choix.opt_pairwise(N_ITEMS, wins, alpha=1e-10, tol=1e-10)
    np.testing.assert_allclose(ours, centred(by_newton), atol=1e-4)
    by_spectral = choix.ilsr_pairwise(N_ITEMS, wins, tol=1e-10, max_iter=1000)
    np.testing.assert_allclose(ours, centred(by_spectral), atol=1e-4)


@pytest.mark.parametrize("ties", [0.0, 0.2])
def test_strengths_equal_those_of_evalica_where_a_tie_is_half_a_win_for_each(ties):
    a, b, outcome = judgements(2, ties)
    said = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}

    ours = fitted_strengths(a, b, outcome)

    theirs = evalica.bradley_terry(
        [ITEMS[i] for i in a], [ITEMS[i] for i in b], [said[y] for y in outcome], tolerance=1e-10, limit=10_000
    )
    np.testing.assert_allclose(ours, centred(np.log(theirs.scores.loc[ITEMS].to_numpy())), atol=1e-4)
