"""From a case to drafts of ways out: built by code from a closed set, simulated, put into words."""
