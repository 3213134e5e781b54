"""A tokenizer and a model in memory: texts to tokens, tokens to states.

Importing this file loads torch and transformers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gustibus.comparisons import GustibusError

__all__ = ["LoadedModel", "Tokens", "load_model"]

_LONGEST_BY_DEFAULT = 2048
_UNBOUNDED = 10**9  # tokenizers without a limit announce a number far above this


@dataclass(frozen=True)
class Tokens:
    """Tokenised texts: for each model input, one list of ids a text."""

    inputs: Mapping[str, list[list[int]]]
    n_cut: int

    @property
    def lengths(self) -> list[int]:
        """The number of tokens of each text."""
        return [len(ids) for ids in self.inputs["input_ids"]]


@dataclass(frozen=True)
class LoadedModel:
    """A tokenizer and a model that runs on ``device``."""

    name: str
    tokenizer: Any
    model: Any
    device: torch.device

    def limit(self, max_length: int | None) -> int:
        """The most tokens of a text: what is asked, else what the model can read, at most 2048."""
        position_limit = getattr(self.model.config, "max_position_embeddings", None)
        limits = [self.tokenizer.model_max_length, position_limit or _UNBOUNDED]
        if max_length is not None:
            if max_length > min(limits):
                raise GustibusError(
                    f"max_length={max_length} is more than the {min(limits)} tokens that {self.name!r} can read. "
                    f"Use max_length={min(limits)} or less."
                )
            return max_length
        return int(min(*limits, _LONGEST_BY_DEFAULT))

    def tokenise(self, texts: list[str], max_length: int | None) -> Tokens:
        """Tokenise texts as the model was trained to read them, cut to the limit; nothing is padded."""
        limit = self.limit(max_length)
        encoded = self.tokenizer(texts, truncation=True, max_length=limit, padding=False, verbose=False)
        inputs = {name: encoded[name] for name in encoded if name != "attention_mask"}
        if self.tokenizer.is_fast:
            n_cut = sum(bool(one.overflowing) for one in encoded.encodings)
        else:
            n_cut = sum(len(ids) >= limit for ids in inputs["input_ids"])
        self._drop_doubled_start(inputs)
        for text, ids in zip(texts, inputs["input_ids"], strict=True):
            if not ids:
                raise GustibusError(
                    f"the tokenizer of {self.name!r} finds no token in the text {text[:80]!r}. Leave it out."
                )
        return Tokens(inputs, n_cut)

    def _drop_doubled_start(self, inputs: Mapping[str, list[list[int]]]) -> None:
        """A chat template writes the start-of-text token itself; the tokenizer must not add a second."""
        start = self.tokenizer.bos_token_id
        if start is None:
            return
        for i, ids in enumerate(inputs["input_ids"]):
            if len(ids) > 1 and ids[0] == ids[1] == start:
                for columns in inputs.values():
                    columns[i] = columns[i][1:]

    def states(self, tokens: Tokens, batch: NDArray[np.intp], layer: str | int) -> tuple[Tensor, Tensor]:
        """Run a batch; returns the states of a layer, ``(b, t, D)``, and the mask of real tokens, ``(b, t)``.

        Texts are padded on the right, whatever the tokenizer prefers: a causal model then never sees padding, and
        positions count from the text's first token.
        """
        ids = [tokens.inputs["input_ids"][i] for i in batch]
        mask = torch.zeros((len(ids), max(map(len, ids))), dtype=torch.long)
        for row, one in enumerate(ids):
            mask[row, : len(one)] = 1
        inputs = {
            name: self._padded(name, [columns[i] for i in batch], mask) for name, columns in tokens.inputs.items()
        }
        mask = mask.to(self.device)
        try:
            with torch.inference_mode():
                output = self.model(
                    **inputs, attention_mask=mask, output_hidden_states=layer != "last", return_dict=True
                )
        except torch.OutOfMemoryError as error:
            raise GustibusError(
                f"{self.device} has too little memory for a batch of {mask.numel()} tokens with {self.name!r}. "
                "Use a smaller tokens_per_batch, a smaller max_length or dtype='bfloat16'."
            ) from error
        return self._chosen(output, layer), mask

    def _padded(self, name: str, rows: list[list[int]], mask: Tensor) -> Tensor:
        fill = 0
        if name == "input_ids":
            tokenizer = self.tokenizer
            fill = next((one for one in (tokenizer.pad_token_id, tokenizer.eos_token_id) if one is not None), 0)
        padded = torch.full(mask.shape, fill, dtype=torch.long)
        for row, one in enumerate(rows):
            padded[row, : len(one)] = torch.tensor(one, dtype=torch.long)
        return padded.to(self.device)

    def _chosen(self, output: Any, layer: str | int) -> Tensor:
        if layer == "last":
            last: Tensor = output.last_hidden_state
            return last
        states: Sequence[Tensor] = output.hidden_states
        index = -2 if layer == "penultimate" else int(layer)
        if not -len(states) <= index < len(states):
            raise GustibusError(
                f"layer={layer} does not exist: {self.name!r} has hidden states 0 to {len(states) - 1} (0 is the token "
                "embedding). Choose one of these, or 'last' or 'penultimate'."
            )
        return states[index]

    def apply_chat_template(self, conversation: list[dict[str, object]]) -> str:
        """Render messages as the model was trained to read them."""
        from jinja2 import TemplateError

        try:
            text = self.tokenizer.apply_chat_template(conversation, tokenize=False)
        except TemplateError as error:
            raise GustibusError(
                f"the chat template of {self.name!r} refuses a conversation ({error}); its roles are "
                f"{[message.get('role') for message in conversation]}. "
                "Correct the messages, or use item_text='response'."
            ) from error
        return str(text)


def load_model(folder: Path, *, name: str, dtype: str, device: str | None, truncation: str) -> LoadedModel:
    """Load tokenizer and model from a local folder.

    Raises
    ------
    GustibusError
        If the folder holds no model of texts, or weights are missing (they would be random numbers).
    """
    try:
        import transformers
    except ImportError as error:
        raise GustibusError(
            f'the encoder {name!r} needs transformers. Install it with: pip install "gustibus[text]"'
        ) from error
    chosen = _device(device)
    with _quiet(transformers.utils.logging):
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model, loading = transformers.AutoModel.from_pretrained(
                folder, dtype=getattr(torch, dtype), local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, KeyError, ImportError) as error:
            raise GustibusError(
                f"{name!r} (files in {folder}) cannot be loaded as a text model: {error} "
                "Give a folder with config.json, tokenizer and weights, as save_pretrained writes it."
            ) from error
    missing = sorted(key for key in loading["missing_keys"] if not key.startswith("pooler."))
    if missing:
        raise GustibusError(
            f"{name!r} (files in {folder}) lacks {len(missing)} weights, e.g. {missing[0]!r}: they would be "
            "random numbers. Save the whole model again."
        )
    tokenizer.truncation_side = "left" if truncation == "start" else "right"
    if model.config.is_encoder_decoder:
        model = model.get_encoder()
    model.config.use_cache = False
    return LoadedModel(name, tokenizer, model.eval().to(chosen), chosen)


def _device(asked: str | None) -> torch.device:
    if asked is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(asked)
    except RuntimeError as error:
        raise GustibusError(
            f"device={asked!r} is unknown. Use 'cuda', 'mps', 'cpu' or None (chosen for you)."
        ) from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise GustibusError(f"device={asked!r}: torch finds no CUDA device here. Use device=None or 'cpu'.")
    return device


@contextmanager
def _quiet(logging: Any) -> Iterator[None]:
    """Loading shows no bars and no table of weights; the user's own settings come back afterwards."""
    bar, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bar:
            logging.enable_progress_bar()
