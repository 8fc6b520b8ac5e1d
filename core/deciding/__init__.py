"""Proposals, signatures, decisions and their carrying out: the part of the house that is never wrong quietly."""
