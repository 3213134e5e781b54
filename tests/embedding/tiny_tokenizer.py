"""A tokenizer of whole words for tiny models with random weights."""

from __future__ import annotations

from pathlib import Path

__all__ = ["save_tokenizer"]

WORDS = [
    *("the", "a", "cat", "dog", "sat", "ran", "on", "mat", "road", "very", "quickly", "slowly", "and", "then", "it"),
    *("was", "red", "blue", "user", "assistant", ":", ".", "<|end|>"),
]


def save_tokenizer(folder: Path, *, start_token: bool, pad_token: bool, chat_template: str | None = None) -> int:
    """Save a tokenizer of whole words; returns the size of its vocabulary."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate(["<unk>", "<s>", "<pad>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if start_token:
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="<unk>",
        bos_token="<s>" if start_token else None,
        pad_token="<pad>" if pad_token else None,
        model_max_length=64,
        padding_side="left",
    )
    fast.chat_template = chat_template
    fast.save_pretrained(folder)
    return len(vocabulary)
