"""Published data sets: what each is, where its files are, and how they become judgements."""

from gustibus.catalog.published.description import Citation, PublishedData
from gustibus.catalog.published.loading import load_aspects, load_dataset
from gustibus.catalog.published.samples_of_vectors import embedded_samples
from gustibus.catalog.published.shelf import DATASETS
from gustibus.catalog.published.survey import load_people

__all__ = ["DATASETS", "Citation", "PublishedData", "embedded_samples", "load_aspects", "load_dataset", "load_people"]
