"""What is read by a statement that is kept is what the QuerySet would read."""

from typing import Any

import pytest
from django.db import models
from django.db.transaction import TransactionManagementError

from batches.models import Batch, Cycle
from batches.operations.claiming import claim_cycle
from niagara.accounts.operations.locking import hold
from niagara.statements import Among, Instances, Is, Statement
from tests.factories import AT, Floor


def values_of(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def cycles(floor: Floor) -> list[Cycle]:
    """One that is begun, so that it has a technician and a context, and one that is not."""
    batch = floor.make_batch(2)
    claim_cycle(batch=batch, technician=floor.manager, by=floor.by, at=AT)
    return list(batch.cycles.order_by("number"))


def test_instances_are_those_of_the_queryset_and_so_is_what_they_refer_to(
    cycles: list[Cycle], django_assert_num_queries: Any
) -> None:
    along = ("work_order__project", "technician", "unit", "context__workflow_version")
    rows = Cycle.objects.select_related(*along)
    kept = Instances(rows.filter(Is("pk")))

    for cycle in cycles:
        [read], asked = kept.read(id=cycle.pk), rows.get(pk=cycle.pk)
        with django_assert_num_queries(0):
            assert values_of(read) == values_of(asked)
            assert values_of(read.work_order.project) == values_of(asked.work_order.project)
            assert (read.technician, read.unit, read.context) == (asked.technician, asked.unit, asked.context)
            if asked.context is not None and read.context is not None:
                assert values_of(read.context) == values_of(asked.context)
                assert values_of(read.context.workflow_version) == values_of(asked.context.workflow_version)


def test_the_same_statement_reads_other_rows(cycles: list[Cycle]) -> None:
    one, some = (
        Instances(Cycle.objects.filter(Is("pk"))),
        Statement(Cycle.objects.filter(Among("pk")).values_list("pk")),
    )

    assert [one.read(id=cycle.pk) for cycle in cycles] == [[cycle] for cycle in cycles]
    assert one.read(id=None) == []
    assert {pk for (pk,) in some.read(ids=[cycle.pk for cycle in cycles])} == {cycle.pk for cycle in cycles}


@pytest.mark.django_db(transaction=True)
def test_a_row_is_held_in_a_transaction_only(batch_of_ten: Batch) -> None:
    with pytest.raises(TransactionManagementError):
        hold(Batch.objects.all(), batch_of_ten.pk)
