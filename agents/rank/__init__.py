"""From a case to its place in the queue, with the figures that put it there."""
