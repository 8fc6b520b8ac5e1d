"""Any OpenAI-compatible endpoint: OpenAI, Azure, vLLM, Ollama, llama.cpp. By base URL and model name."""

from pathlib import Path
from typing import TypeVar

from openai import OpenAI, OpenAIError
from pydantic import BaseModel, ValidationError

from agents.models.port import Extraction, Letter, ModelFailed, Note, NoteFacts, OptionSeen, Order

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
SECONDS_MAX = 60.0
TOKENS_MAX = 2000
TRIES = 2

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

    def read(self, letter: Letter) -> Extraction:
        """Intents and values with literal quotes."""
        return self._ask("read", letter, Extraction)

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        """The options in order of preference."""
        return self._ask("order", _Options(options=options), Order)

    def word(self, facts: NoteFacts) -> Note:
        """The note in good words."""
        return self._ask("word", facts, Note)

    def _ask(self, prompt: str, material: BaseModel, reply: type[Reply]) -> Reply:
        try:
            answer = self.client.chat.completions.parse(
                model=self.model,
                messages=[
                    {"role": "system", "content": (PROMPTS / f"{prompt}.md").read_text(encoding="utf-8")},
                    {"role": "user", "content": material.model_dump_json()},
                ],
                response_format=reply,
                temperature=0,
                max_tokens=TOKENS_MAX,
            )
        except (OpenAIError, ValidationError) as failure:
            raise ModelFailed(f"{self.name} did not answer {prompt}: {type(failure).__name__}") from failure
        parsed = answer.choices[0].message.parsed
        if parsed is None:
            raise ModelFailed(f"{self.name} gave no readable answer to {prompt}")
        return parsed


class _Options(BaseModel):
    options: tuple[OptionSeen, ...]
