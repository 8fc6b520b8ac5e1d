"""No model at all: the rule readers have read already, code has scored the options, and sentences stand as they are."""

from agents.models.port import Extraction, Letter, Note, NoteFacts, OptionSeen, Order


class Rules:
    """The default without a key. Adds nothing to what rules found, and takes nothing away."""

    name = "rules/1"

    def read(self, letter: Letter) -> Extraction:
        """Nothing beyond what the rule readers read."""
        return Extraction()

    def order(self, options: tuple[OptionSeen, ...]) -> Order:
        """The order code gave."""
        return Order(options=tuple(option.option for option in options))

    def word(self, facts: NoteFacts) -> Note:
        """The sentences, one paragraph, with greeting and name."""
        return Note(body=f"Hello {facts.recipient},\n\n{' '.join(facts.sentences)}\n\nKind regards\n{facts.signed}\n")
