"""`python -m descenso` is the command `descenso`."""

import sys

from descenso.cli import main

sys.exit(main())
