"""Published data sets: what each is, where its files are, and how they become judgements."""

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.loading import load_aspects, load_dataset
from gustibus.catalog.published.shelf import DATASETS

__all__ = ["DATASETS", "Citation", "PublishedData", "load_aspects", "load_dataset"]
