"""The model card: what was fitted, on what, how well, and what it must not be used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gustibus.comparisons.wording import counted
from gustibus.fitted.naming import described
from gustibus.fitted.taste_count import said_of_tastes

if TYPE_CHECKING:
    from gustibus.fitted.model import FittedModel

__all__ = ["model_card"]


def model_card(model: FittedModel, *, users: bool) -> str:
    """Markdown with the metadata block of model hubs, made from what the fit recorded.

    Parameters
    ----------
    model : FittedModel
    users : bool
        Whether the people are saved beside the card.
    """
    summary = model.summary
    loss = summary["validation_log_loss"]
    shown_loss = "not measured" if loss is None else f"{loss:.4f} nats"
    one, whom = ("group", "groups") if model.person == "group" else ("person", "people")
    people = (
        f"The folder `users/` holds the weights of {counted(len(model.users), one)}: personal data. Delete it to "
        "publish the model without them."
        if users
        else "The people it was fitted on are not part of this folder."
    )
    choices = "\n".join(f"| {name} | {value} |" for name, value in summary["choices"].items())
    tastes = said_of_tastes(summary)
    how_many = "" if tastes is None else f" The number of tastes was chosen: {tastes}."
    likelihood = "" if model.likelihood.name == "logistic" else f"| likelihood | {model.likelihood} |\n"
    notes = "".join(f"- {warning}\n" for warning in summary["warnings"]) or "- none\n"
    return f"""---
library_name: gustibus
tags: [preference-model, reward-model, pluralistic-alignment]
---

# A gustibus preference model

{described(model.scorer.model)}, fitted on {counted(summary["judgements"], "judgement")} by
{counted(summary["people"], one)} over {summary["items"]} items.{how_many} Placing new {whom} is {model.how_adapted}.

```python
import gustibus as gs

model = gs.load("path/to/this/folder")
model.rank("a prompt", ["one response", "another"])         # the population
person = model.adapt(their_answers)                         # a new person
model.rank("a prompt", ["one response", "another"], person)
```

| measured | value |
| --- | --- |
| log loss on {summary["validation_judgements"]} validation judgements | {shown_loss} |
| features | {summary["features"]} |
| encoder | {model.scorer.encoder.kind} |
| seed | {model.settings.seed} |
{likelihood}
Chosen on validation judgements, so the log loss above is slightly optimistic; evaluate on held-out people.

| choice | value |
| --- | --- |
{choices}

## Warnings of the fit

{notes}
## People

{people} Forgetting a person removes their weights; what the shared part learned from their answers stays until the next
fit.

## Limits

Scores are log-odds, comparable within one prompt and one person. They predict what these people would have chosen among
responses like those they saw; they are not a measure of truth, safety or quality.
"""
