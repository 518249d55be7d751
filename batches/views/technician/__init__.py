"""The screens of a technician: their work, the cycle in hand, checks, stacks, and scanning."""
