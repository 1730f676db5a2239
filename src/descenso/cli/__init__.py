"""The command line: one file per command, which parses, calls the library and prints."""

from descenso.cli.app import command, main

__all__ = ["command", "main"]
