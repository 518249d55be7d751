from collections.abc import Callable
from typing import Any


class Counting:
    """A connection that counts the statements it is asked for."""

    asked = 0

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        return super().execute(*args, **kwargs)  # type: ignore[misc]

    def queries_of(self, answer: Callable[[], Any]) -> int:
        before = self.asked
        answer()
        return self.asked - before
