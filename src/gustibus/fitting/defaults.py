"""Everything that fitting tries, and everything it takes as given, in one place and with the reason.

What is tried is decided by validation judgements, in the order given. Ridges and penalties are prior precisions, in
units of one judgement: a ridge of 10 holds a coefficient of a standardised feature as firmly as a normal prior of
variance 1/10. Scales and spreads are prior variances. Tables of the documentation are made from this file.
"""

from __future__ import annotations

from typing import Final

# Choosing

ENOUGH_TO_CHOOSE: Final = 30
"""Validation judgements below which nothing is chosen and defaults are taken: fewer are noise."""

MOST_DIVISIONS: Final = 3
"""Times that a rival of the default is fitted again, other judgements kept out, before it is taken instead."""

ENOUGH_TO_CONFIRM: Final = 1000
"""Judgements kept out in these, all together, beyond which one time fewer will do."""

ENOUGH_QUESTIONS: Final = 300
"""Validation questions, where they are asked of many and nobody was asked them in training, below which others of them
are kept out as well, up to three times: what is learned by heart would choose itself on a few."""

MIN_JUDGEMENTS: Final = 6
"""Judgements from which a person gives some to validation; those with fewer need them all."""

FACTOR_SPREAD: Final = 0.2
"""Standard deviation of the logarithm of the factor on point estimates, before validation judgements are looked at."""

NEAR_ERRORS: Final = 2.0
"""Standard errors by which the only ideal point has to beat Bradley-Terry: it was stopped on the same judgements."""

HANDICAP: Final = 2e-4
"""Nats by which a candidate has to beat the best so far: less is within the noise of choosing among many."""

MAX_SEARCH_JUDGEMENTS: Final = 150_000
"""Judgements (of whole people) on which models fitted by descent are chosen; the chosen fit uses all."""

FEW_ANSWERS: Final = 5
"""Answers a person (median) below which a fit warns: types of people are half guessed there."""

GIVE_UP_AFTER: Final = 2
"""A search along a scale, or over numbers of types or tastes, ends after so many values in a row without a gain."""

# Features

COMPONENTS: Final = (32, 96, 256)
"""Principal components of embeddings. Few are enough where wording matters little; types of people want more."""

PROMPT_COMPONENTS: Final = 32
"""Of prompts: they are fewer than responses and only steer, so more would be learned from too few of them."""

ITEMS_PER_COMPONENT: Final = 3
"""Items in training judgements for each component that is kept."""

MAX_NUMERIC_COLUMNS: Final = 64
"""Width up to which numeric columns are features in their own right and kept, standardised."""

RECURRING: Final = 2.0
"""Mean appearances of an item in training judgements from which an offset for each is tried."""

# One taste for all

POPULATION_RIDGES: Final = (0.3, 1.0, 10.0, 50.0, 200.0, 800.0)
"""Ridge of Bradley-Terry's head: from a few columns and many judgements to 256 components and few."""

POPULATION_RIDGE: Final = 1.0
"""The same where nothing can be chosen."""

OFFSET_RIDGES: Final = (0.5, 1.0, 2.0, 8.0)
"""Ridge of the item offsets of Bradley-Terry and of types. Under 2, ten judgements move an item about halfway."""

OFFSET_RIDGE: Final = 2.0
"""The same where nothing can be chosen."""

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

# PAL-A, PAL-B, low-rank: models fitted by descent

DIMENSIONS: Final = (8, 4, 16)
"""Width of the map of PAL-A and PAL-B; few prototypes span few directions."""

PROTOTYPE_SCALES: Final = (0.1, 1.0)
"""Spread of PAL-A's prototypes at the start. Where the map is random, what is far away is noise."""

USER_PENALTIES: Final = (1.0, 0.3, 3.0)
"""How strongly people's weights on the simplex are drawn to the population while the map is fitted."""

FREE_USER_PENALTIES: Final = (3.0, 1.0, 10.0)
"""The same for free weights, which have no bounds that would hold people back."""

TASTE_SHARED_PENALTY: Final = 0.1
"""Ridge of the map: early stopping does most of the work, and the right strength for one taste misleads for many."""

TASTE_OFFSET_PENALTIES: Final = (5.0, 1.0, 20.0)
"""Ridge of the item offsets beside a map."""

BLIND_STEPS: Final = 150
"""Steps of Adam where there are too few validation judgements to stop by."""

# Circles: GPM, a reward plus circles, and both for different people

FEWEST_PAIRS: Final = 100
"""Distinct pairs from which whole pairs are kept for validation: of fewer, each is needed to learn from."""

CYCLIC_DIMENSIONS: Final = (2, 4, 8)
"""Width of the representations: the fewest that suffice, since every plane more is room for false circles."""

CYCLIC_PENALTIES: Final = (1.0, 0.1, 10.0, 100.0)
"""Ridge of representations (GPM), or of the reward beside them; many features of few pairs want the largest."""

CYCLIC_RATIOS: Final = (10.0, 50.0, 500.0, 5000.0)
"""How many times the ridge of the reward that of the representations is: at the last nothing goes round any more."""

PLANE_ERRORS: Final = 2.0
"""Standard errors that more dimensions have to gain on validation judgements over fewer."""

CIRCLE_ERRORS: Final = 1.0
"""Standard errors that circles beside a reward have to gain on validation judgements over the reward alone."""

CYCLIC_START: Final = 0.1
"""Standard deviation of representations at the start. At 0 the slope is 0, too; much larger ones are noise."""

PLURAL_PATIENCE: Final = 3
"""Times as many evaluations without a gain for plural circles: people and circles part together, slowly at first."""

# Circles where no model was asked for

SIGN_LEVEL: Final = 0.1
"""Chance of as much without circles below which a model with circles is tried: held-out judgements decide."""

SIGN_DRAWS: Final = 39
"""Draws behind that chance."""

SIGN_ANSWERS: Final = 30
"""Answers of one person that are compared with each other, at most."""

SIGN_PAIRS: Final = 200_000
"""Pairs of answers of one person in all, at most."""

CONTEST_PARTS: Final = 4
"""Parts that the judgements are dealt into, by whole pairs where possible; each is predicted from the others."""

CONTEST_LEAST: Final = 300
"""Judgements below which no model with circles is tried: by a tenth of fewer its settings could not be chosen."""

CONTEST_JUDGEMENTS: Final = 30_000
"""Judgements (of whole people) by which it is tried, at most: that bounds the time."""

CONTEST_ERRORS: Final = 2.0
"""Standard errors by which it has to win."""

CONTEST_SURE: Final = 5.0
"""Standard errors after which there is no need to look at the other parts."""

CONTEST_CLUSTERS: Final = 10
"""People, or pairs, from which a standard error over them means something."""

# How many tastes

PROTOTYPES: Final = (1, 2, 3, 4, 5, 6, 8)
"""Numbers of tastes that ``prototypes="auto"`` tries, in this order, until it gives up."""

NEW_SHARE: Final = 0.15
"""Share of the people who are kept out of these fits, because more tastes may serve known people and fail new ones."""

FEWEST_NEW: Final = 20
"""At least so many of them."""

MOST_NEW: Final = 600
"""At most so many: the standard error is small by then."""

MOST_OF_FEW: Final = 1 / 3
"""But never a larger share of the people than this."""

MIN_NEW_JUDGEMENTS: Final = 4
"""Judgements from which a person can be kept out: some to be placed by, and some to be judged by."""

MOST_KNOWN: Final = 600
"""Known people whose validation judgements count as well."""

FIT_TO_FIT: Final = 0.005
"""Nats a judgement that another fit of the same number would change: the error over people does not tell of it."""

# Types

TYPE_RIDGES: Final = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Ridge of each type's head in a mixture: few features and many answers want little, text and few answers much."""

TYPE_RIDGE: Final = 10.0
"""The same where nothing can be chosen, and where a search for types starts."""

PSEUDO_PEOPLE: Final = 0.1
"""Imaginary people of every type: a type that nobody is left in keeps a finite log weight and can come back."""

# Everybody's own coefficients (hierarchical)

SCALES: Final = (0.0002, 0.002, 0.02, 0.1, 0.5, 2.0, 8.0, 32.0)
"""Prior variance of people's coefficients, ascending, until two in a row bring nothing; the least is one taste."""

SCALE: Final = 0.5
"""The same where nothing can be chosen."""

OFFSET_STRENGTHS: Final = (2.0, 8.0)
"""Of the item offsets beside none, tried once the scale is chosen: where people may differ, other ones suit."""

PROBING_SCALES: Final = (0.005, 0.5)
"""Features are compared at these: a little difference between people, and a lot."""

LARGEST_START: Final = 2.0
"""Variance at which a fit starts at most; larger ones are reached on the way, smaller starts are steadier."""

PREFIXES_NARROW: Final[tuple[int | None, ...]] = (0, 1, 2, 5, 10, None)
"""Training answers by which people are placed when candidates are compared; None is all, the mean over them counts."""

PREFIXES_WIDE: Final[tuple[int | None, ...]] = (0, 5, None)
"""The same where there are more than ``NARROW`` coefficients, and an evaluation costs more."""

NARROW: Final = 20
"""Coefficients up to which iterations are cheap."""

WIDE: Final = 64
"""Coefficients from which the covariance is a few factors plus a diagonal: a full one would be learned from noise."""

FACTORS: Final = 8
"""Directions that such a covariance has."""

ITERATIONS_NARROW: Final = 50
"""Of expectation-maximisation, up to ``NARROW`` coefficients."""

ITERATIONS_WIDE: Final = 20
"""Of expectation-maximisation, beyond."""

RUN_AWAY: Final = 4.0
"""How many times the people's variance that validation chose is not believed, once validation judgements join."""

MOST_MEAN_VARIANCE: Final = 100.0
"""Upper bound of the prior variance of the population's coefficients, which is else that of its ridge."""

LEAST_MEAN_VARIANCE: Final = 1e-3
"""Lower bound of it."""

TYPES: Final = (2, 3, 4, 5, 6, 8)
"""Numbers of normal components beyond one; mixtures of types without spread say which is worth fitting."""

TYPE_HEAD_RIDGES: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Ridge of the heads at which the components start."""

TYPE_RESTARTS: Final = 5
"""Starts of each such mixture: the likelihood has more than one summit."""

TYPE_WORTH: Final = 1e-3
"""Nats that a type more has to gain: beyond the true number the curve is flat."""

COVARIATE_RIDGES: Final = (3.0, 10.0, 30.0, 100.0, 300.0)
"""Ridge of the covariates' effect on people's means, in people: what so many more without any effect would say."""

COVARIATE_ROUNDS: Final = 4
"""Times that the effect and the distribution of what it leaves open are fitted in turn."""

# Map and people at once (joint)

JOINT_ROUNDS: Final = 30
"""Rounds of posteriors, prior and map, at most."""

JOINT_PATIENCE: Final = 4
"""Rounds without a gain on validation judgements after which it stops."""

JOINT_BLIND_ROUNDS: Final = 8
"""Rounds where there is nothing to stop by."""

JOINT_MAP_STEPS: Final = 5
"""Steps of Adam on the map in a round."""

JOINT_PRIOR_ITERATIONS: Final = 2
"""Iterations on the prior in a round."""

JOINT_LAST_ITERATIONS: Final = 10
"""Iterations on the prior at the end, with all judgements."""

LATTICE_POINTS: Final = 140
"""Mixtures of shared rewards, at most, that people may have where map and people are fitted on a lattice."""

LATTICE_FINEST: Final = 8
"""Parts into which a whole is divided at most on that lattice; finer ones change nothing."""

LATTICE_PSEUDO_PEOPLE: Final = 5.0
"""Imaginary people, spread evenly over the lattice."""

LATTICE_ITERATIONS: Final = 200
"""Of expectation-maximisation on the lattice, at most."""

LATTICE_TOLERANCE: Final = 1e-6
"""Nats a judgement that an iteration has to gain."""

# Placing people

FACTOR_STEP: Final = 1.4
"""The factor on all scores after a fit by descent goes up or down by this, as long as that brings a gain."""

FACTOR_MAX_STEPS: Final = 6
"""At most so many times."""

FACTOR_PEOPLE: Final = 600
"""People by whom the factor is chosen; more would not change it."""

FACTOR_DRAWS: Final = 128
"""Draws behind each of their posteriors while it is chosen."""

ROUGH_PRIOR_PEOPLE: Final = 300
"""People for the rough prior under which it is chosen."""

ROUGH_PRIOR_STEPS: Final = 6
"""Steps for that prior."""

PRIOR_PEOPLE: Final = 600
"""People for the final prior on the simplex: its concentrations are then known to a few per cent."""

PREFIXES: Final[tuple[int | None, ...]] = (0, 5, None)
"""Training answers from which people are predicted while choosing, so that choices suit new people too; None is all."""

FREE_SCALES: Final = (0.02, 0.1, 0.5, 2.0)
"""Variances at which free weights may start to differ; where the map was fitted, weights are of size one."""

FREE_ITERATIONS: Final = 30
"""Of expectation-maximisation for their distribution."""
