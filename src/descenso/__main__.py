"""`python -m descenso` is the command `descenso`."""

from descenso.cli import command

command()
