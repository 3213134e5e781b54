"""One text for a prompt and a response, be they plain text or conversations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from gustibus.comparisons import GustibusError, is_conversation, messages

__all__ = ["conversation_of", "render_item", "render_messages"]


def render_item(prompt: str | None, response: str, *, item_text: str = "joined") -> str:
    """Render a pair as plain, readable text.

    >>> render_item("Name a fruit.", "A pear.")
    'Name a fruit.\\n\\nA pear.'
    >>> render_item("Name a fruit.", "A pear.", item_text="response")
    'A pear.'
    >>> render_item('[{"content":"Name a fruit.","role":"user"}]', "A pear.")
    'user: Name a fruit.\\n\\nassistant: A pear.'
    """
    if item_text == "response":
        prompt = None
    conversation = conversation_of(prompt, response)
    if conversation is None:
        return response if prompt is None else f"{prompt}\n\n{response}"
    if prompt is None and len(conversation) == 1:
        return _content(conversation[0])
    return render_messages(conversation)


def conversation_of(prompt: str | None, response: str) -> list[dict[str, object]] | None:
    """The messages of prompt and response in order, or None where both are plain text.

    A plain prompt beside a conversation counts as the user's turn, a plain response as the assistant's.
    """
    if is_conversation(response):
        answer = messages(response)
    elif prompt is not None and is_conversation(prompt):
        answer = [{"role": "assistant", "content": response}]
    else:
        return None
    if prompt is None:
        return answer
    asked = messages(prompt) if is_conversation(prompt) else [{"role": "user", "content": prompt}]
    return [*asked, *answer]


def render_messages(conversation: Sequence[Mapping[str, object]]) -> str:
    """Render chat messages as ``role: content`` paragraphs.

    >>> render_messages([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}])
    'user: Hi\\n\\nassistant: Hello!'
    """
    return "\n\n".join(f"{message['role']}: {_content(message)}" for message in conversation)


def _content(message: Mapping[str, object]) -> str:
    """The text of one message: its content (a text or text parts), or what else it holds, e.g. a tool call."""
    content = message.get("content")
    if content is None:
        others = {name: value for name, value in message.items() if name not in ("role", "content")}
        return json.dumps(others, sort_keys=True, ensure_ascii=False) if others else ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(_part(part) for part in content)
    raise GustibusError(
        f"a chat message has content of type {type(content).__name__}; a text encoder needs text. "
        "Give each message a 'content' that is a text or a list of {'type': 'text', 'text': ...} parts."
    )


def _part(part: object) -> str:
    if isinstance(part, Mapping) and isinstance(part.get("text"), str):
        return str(part["text"])
    kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
    raise GustibusError(
        f"a chat message has a part of type {kind!r}; a text encoder can read text parts only. "
        "Remove the part or give ready vectors with Vectors(ids, matrix)."
    )
