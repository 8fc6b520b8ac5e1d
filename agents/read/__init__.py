"""From a message to claims, intents and links: read in a sandbox, verified against spans, linked to the books."""
