"""A reading as text and back, as readers use it. The form itself is the core's, which stores it: `core.reading_wire`."""

from core.reading_wire import VERSION as VERSION
from core.reading_wire import NotAReading as NotAReading
from core.reading_wire import from_json as from_json
from core.reading_wire import from_wire as from_wire
from core.reading_wire import to_json as to_json
from core.reading_wire import to_wire as to_wire
