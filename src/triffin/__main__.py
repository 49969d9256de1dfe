"""`python -m triffin` is the `triffin` command."""

from triffin.app.start import main

main()
