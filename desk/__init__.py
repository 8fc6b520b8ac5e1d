"""People and other systems: web desk, HTTP API, mail, command line, workers. Holds no business rule."""

import agents as agents  # before any module here imports LangGraph: see there
