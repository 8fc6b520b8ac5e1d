"""Stories of a company, told as dated commands with what must come of them, and the player that lives them through."""
