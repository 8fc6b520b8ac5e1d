"""Any OpenAI-compatible endpoint: OpenAI, Azure, vLLM, Ollama, llama.cpp. By base URL and model name."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from openai import OpenAI, OpenAIError
from pydantic import BaseModel, ValidationError

from agents.models.port import (
    Extraction,
    Letter,
    Metered,
    ModelFailed,
    ModelGarbled,
    Note,
    NoteFacts,
    OptionSeen,
    Order,
    Usage,
)

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
SECONDS_MAX = 60.0
TOKENS_MAX = 2000
TRIES = 2
"""How often the client itself tries again after a lost connection, a rate limit or a server error."""

Reply = TypeVar("Reply", bound=BaseModel)


class OpenAIModel:
    """Asks with structured outputs: the reply's JSON schema goes along, and the reply is validated against it.

    Instructions are files in `agents/prompts`; what comes from outside goes as a JSON document in a message of its own
    and is never joined into an instruction.
    """

    def __init__(self, model: str, *, base_url: str = "", client: OpenAI | None = None) -> None:
        self.model = model
        self.name = f"model:{model}"
        self.client = client or OpenAI(base_url=base_url or None, timeout=SECONDS_MAX, max_retries=TRIES)

    def read(self, letter: Letter) -> Metered:
        """Intents and values with literal quotes, and what the server says it cost."""
        reply, usage = self._ask("read", letter, Extraction)
        return Metered(intents=reply.intents, values=reply.values, usage=usage)

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        """The options in order of preference."""
        return self._ask("order", _Options(options=options), Order)[0]

    def word(self, facts: NoteFacts) -> Note:
        """The note in good words."""
        return self._ask("word", facts, Note)[0]

    def _ask(self, prompt: str, material: BaseModel, reply: type[Reply]) -> tuple[Reply, Usage]:
        usage = Usage()
        try:
            raw = self.client.chat.completions.with_raw_response.parse(
                model=self.model,
                messages=[
                    {"role": "system", "content": (PROMPTS / f"{prompt}.md").read_text(encoding="utf-8")},
                    {"role": "user", "content": material.model_dump_json()},
                ],
                response_format=reply,
                temperature=0,
                max_tokens=TOKENS_MAX,
            )
            usage = usage_in(raw.http_response.text)
            message = raw.parse().choices[0].message
            parsed, refused = message.parsed, bool(message.refusal)
        except OpenAIError as failure:
            raise ModelFailed(f"{self.name} did not answer {prompt}: {type(failure).__name__}", usage) from failure
        except (ValidationError, ValueError, LookupError, TypeError, AttributeError) as failure:
            # A server that is not quite compatible may answer with anything, even with JSON that is no completion.
            says = f"{self.name} answered {prompt} in another form than it was asked for"
            raise ModelGarbled(says, usage) from failure
        if refused:
            raise ModelFailed(f"{self.name} would not answer {prompt}", usage)
        if parsed is None:
            raise ModelGarbled(f"{self.name} answered {prompt} with nothing", usage)
        return parsed, usage


def usage_in(body: str) -> Usage:
    """The token counts and the cost in a server's answer, each None where the server does not tell it or not as a
    number."""
    try:
        told: Any = json.loads(body, parse_float=Decimal)
        told = told.get("usage") or {}
        return Usage(
            tokens_in=_count(told.get("prompt_tokens")),
            tokens_out=_count(told.get("completion_tokens")),
            cost=_cost(told.get("cost")),
        )
    except (ValueError, AttributeError):
        return Usage()


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _cost(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        cost = Decimal(value)
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and cost >= 0 else None


class _Options(BaseModel):
    options: tuple[OptionSeen, ...]
