"""The screens of people: how they come in, and at what."""
