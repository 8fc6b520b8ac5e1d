"""People and other systems: web desk, HTTP API, mail, command line, workers. Holds no business rule."""
