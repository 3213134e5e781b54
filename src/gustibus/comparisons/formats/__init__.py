"""The formats in which people write judgements down, each in a file of its own."""

from gustibus.comparisons.formats.choosing import FORMATS, format_named, laid_out, told_by
from gustibus.comparisons.formats.format import Derivation, Format

__all__ = ["FORMATS", "Derivation", "Format", "format_named", "laid_out", "told_by"]
