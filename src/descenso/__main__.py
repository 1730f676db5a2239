"""`python -m descenso`, the same as the command `descenso`."""

from descenso.cli import command

command()
