from typing import ClassVar

from niagara.api.fields import Flag, Rank, Text
from niagara.api.inputs import Input, keys_of
from niagara.directory.api.inputs import location_reference
from queues.api.representations import QueueRepresentation


class QueueInput(Input):
    """A queue; without a priority it goes behind the others of its location."""

    label = Text(max_length=200)
    location = location_reference()
    priority = Rank(required=False)
    is_active = Flag(default=True)

    ignored: ClassVar[set[str]] = keys_of(QueueRepresentation)
