"""What a floor could look like, for development, tours and measurements."""
