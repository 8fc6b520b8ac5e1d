"""Recorded cases, interference runs, samples and reports. Offline by default."""
