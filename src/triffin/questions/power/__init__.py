"""What one side can do to another by withholding trade: the answers behind `triffin power`."""
