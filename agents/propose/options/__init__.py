"""Ways out, by trade. Each is a function of a case and tools that gives drafts, or none when it does not apply."""
