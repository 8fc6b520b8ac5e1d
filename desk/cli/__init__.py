"""The command line: `desk`. Everything that prints figures takes `--json`."""

from desk.cli.main import app

__all__ = ["app", "main"]


def main() -> None:
    """The entry point that the installation names."""
    app()
