"""Makes the demo's mail. Needs the development extras; what it makes is committed, so nobody needs it to run the desk."""
