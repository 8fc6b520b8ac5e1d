"""Readers and advisers: documents become claims, exceptions are ranked, proposals are drafted. They change nothing.

Importing this package sets `LANGGRAPH_STRICT_MSGPACK`: without it a checkpoint that somebody wrote into the database
could name any Python callable, and loading it would run it. LangGraph looks at the variable once, when it is imported.
"""

import os

os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
