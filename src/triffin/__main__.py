"""`python -m triffin` is the `triffin` command."""

from triffin.app.cli import main

main()
