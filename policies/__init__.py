"""What is allowed, by whom, how soon: tables as data, and one function that decides."""
