"""Everything that fitting tries, and everything it takes as given, in one place and with the reason.

What is tried is decided by validation judgements, in the order given: the first value is the one that is used where
there are too few of them to choose by. Ridges and penalties are prior precisions, in units of one judgement: a ridge of
10 holds a coefficient of a standardised feature as firmly as a normal prior of variance 1/10. A test on validation
judgements is won only by more than ``HANDICAP``. Tables of the documentation are made from this file.
"""

from __future__ import annotations

from typing import Final

# Choosing

ENOUGH_TO_CHOOSE: Final = 30
"""Validation judgements below which nothing is chosen and the first value of everything is taken: fewer are noise."""

MIN_JUDGEMENTS: Final = 6
"""Judgements from which a person gives some to validation; those with fewer need them all."""

HANDICAP: Final = 2e-4
"""Nats by which a candidate has to beat the best so far: less is within the noise of choosing among many."""

FEW_ANSWERS: Final = 5
"""Answers a person (median) below which a fit warns: types of people are half guessed there."""

# Features

COMPONENTS: Final = (32, 96, 256)
"""Principal components of embeddings. Few are enough where wording matters little; types of people want more."""

PROMPT_COMPONENTS: Final = 32
"""Of prompts: they are fewer than responses and only steer, so more would be learned from too few of them."""

ITEMS_PER_COMPONENT: Final = 3
"""Items in training judgements for each component that is kept."""

MAX_NUMERIC_COLUMNS: Final = 64
"""Width up to which numeric columns are features in their own right and kept, standardised."""

# One taste for all

POPULATION_RIDGES: Final = (0.3, 1.0, 10.0, 50.0, 200.0, 800.0)
"""Ridge of Bradley-Terry's head. From a few standardised columns and many judgements to 256 components and few."""

POPULATION_OFFSET_RIDGES: Final = (0.5, 1.0, 2.0, 8.0)
"""Ridge of its item offsets. An item that is judged ten times keeps most of its offset, one judged once little."""

POPULATION_RIDGE: Final = 1.0
"""Where nothing can be chosen."""

POPULATION_OFFSET_RIDGE: Final = 2.0
"""Where nothing can be chosen."""

CLASSIFIER_OFFSET_RIDGES: Final = (2.0, 0.5, 8.0)
"""Ridge of the item offsets beside a classifier."""

SMALLEST_FACTOR: Final = 1e-6
"""Of a classifier's log-odds: a useless one has factor 0, and offsets are kept before it."""

PAIR_HIDDEN: Final = (64,)
"""Hidden layers of the network that reads both responses."""

PAIR_SHARED_PENALTIES: Final = (1.0, 0.1, 10.0)
"""Ridge of that network."""

PAIR_OFFSET_PENALTIES: Final = (5.0, 1.0, 20.0)
"""Ridge of the item offsets beside it."""

PAIR_LEARNING_RATE: Final = 0.005
"""Of Adam for that network: it learns the order of pairs more steadily at smaller steps than ideal points do."""

PAIR_MAX_SEARCH_JUDGEMENTS: Final = 100_000
"""Judgements on which its choices are made."""

# Placing people

FREE_SCALES: Final = (0.02, 0.1, 0.5, 2.0)
"""Variances at which free weights may start to differ; where the map was fitted, weights are of size one."""

FREE_ITERATIONS: Final = 30
"""Of expectation-maximisation for their distribution: the covariance has settled long before."""
