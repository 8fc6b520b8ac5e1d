"""The one thing a model is: something that reads a letter, orders options and writes a note, and is believed in nothing.

What it extracts must be found literally in the letter; what it orders is only a tie-break between options that code
made; what it writes may hold no figure that code did not give it. Text from outside travels in its own field.
"""

from decimal import Decimal
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from agents.read import letter_fields
from core.claims import Intent

VALUES_MAX = 60
"""Claims a model may give for one letter. More is noise, and a reply that is cut off cannot be read."""
INTENTS_MAX = 8

Short = Annotated[str, Field(max_length=200)]


class Frozen(BaseModel):
    """Replies are values: frozen, and with no field that was not asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")


OneIntent = Annotated[str, Field(max_length=200, json_schema_extra={"enum": [intent.value for intent in Intent]})]
OneField = Annotated[str, Field(max_length=200, json_schema_extra={"enum": list(letter_fields.ALL)})]
"""The schema that goes to a server allows the closed lists alone. An answer of one that does not hold to it is read all the
same: what is outside the lists is dropped by name, and the rest of the answer is not lost."""


class QuotedIntent(Frozen):
    """An intent with the words that show it."""

    intent: OneIntent
    quote: Annotated[str, Field(max_length=400)]


class QuotedValue(Frozen):
    """A value of the vocabulary, with the words it stands in. `line` ties values of one order line together, 0 is none."""

    field: OneField
    value: Short
    quote: Annotated[str, Field(max_length=400)]
    line: int = 0


class Extraction(Frozen):
    """What a model read from one letter."""

    intents: Annotated[tuple[QuotedIntent, ...], Field(max_length=INTENTS_MAX)] = ()
    values: Annotated[tuple[QuotedValue, ...], Field(max_length=VALUES_MAX)] = ()


class Usage(Frozen):
    """What one request cost, as far as the server tells it."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None


class Metered(Extraction):
    """An extraction from a server that counts. The schema that a model is asked to fill is `Extraction` alone."""

    usage: Usage = Usage()


class Letter(Frozen):
    """A letter to be read. All of it is from outside; `unsupported` lists what the last reading could not show, or says
    that it was not in the form that was asked for."""

    subject: str
    text: str
    sent: str
    unsupported: tuple[str, ...] = ()


class OptionSeen(Frozen):
    """One way out as code made it, with the facts that speak for and against it."""

    option: str
    title: str
    facts: tuple[str, ...]


class Order(Frozen):
    """Options in the order the model would show them. Unknown names are ignored."""

    options: Annotated[tuple[Short, ...], Field(max_length=12)] = ()


class NoteFacts(Frozen):
    """What a note to a supplier shall say, as sentences that code wrote."""

    recipient: str
    sentences: tuple[str, ...]
    signed: str


class Note(Frozen):
    """A note in the model's words."""

    body: Annotated[str, Field(max_length=2000)]


class Model(Protocol):
    """Something that reads, orders and words. Each call may fail with `ModelFailed`; the rules then stand alone."""

    @property
    def name(self) -> str:
        """How pages and claims call it: "rules/1", "model:qwen2.5"."""
        ...

    def read(self, letter: Letter) -> Extraction:
        """Intents and values with literal quotes."""
        ...

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        """The options in order of preference."""
        ...

    def word(self, facts: NoteFacts) -> Note:
        """The note in good words."""
        ...


class ModelFailed(Exception):
    """The model did not answer in time, would not answer, or not at all. Says what happened, for the page and the log."""

    def __init__(self, says: str, usage: Usage | None = None) -> None:
        super().__init__(says)
        self.usage = usage or Usage()


class ModelGarbled(ModelFailed):
    """The model answered, and not in the form that was asked for. Asking once more may help."""
