"""The operations of webhooks, ready to be called."""

from functools import partial
from typing import Any

from niagara.webhooks.models import Delivery, Subscription
from niagara.webhooks.operations import pinging, resending, subscribing
from tests.factories import AT, Floor
from tests.walks.cases import call, case
from tests.webhooks.delivering import deliver_all, subscribe, tell

NOBODY = "http://127.0.0.1:9/"  # no receiver is there


def failed(floor: Floor) -> Delivery:
    subscribe(floor, NOBODY)
    tell(floor, number=2)
    deliver_all(AT)
    return Delivery.objects.get()


@case
def create_subscription(floor: Floor) -> partial[Any]:
    def create(**who_and_when: Any) -> None:
        subscription = Subscription(organization=floor.organization, url=NOBODY, events=["*"])
        subscribing.create_subscription(subscription, **who_and_when)

    return call(create)


@case
def change_subscription(floor: Floor) -> partial[Any]:
    pk = failed(floor).subscription_id

    def change(**who_and_when: Any) -> None:
        subscription = Subscription.objects.get(pk=pk)
        subscription.url = f"{NOBODY}elsewhere"
        subscribing.change_subscription(subscription, **who_and_when)

    return call(change)


@case
def pause(floor: Floor) -> partial[Any]:
    return call(subscribing.pause, failed(floor).subscription, why=Subscription.Pause.FAILING)


@case
def resume(floor: Floor) -> partial[Any]:
    subscription = failed(floor).subscription
    subscribing.pause(subscription, by=floor.by, at=AT)
    return call(subscribing.resume, subscription)


@case
def renew_secret(floor: Floor) -> partial[Any]:
    return call(subscribing.renew_secret, failed(floor).subscription)


@case
def ping(floor: Floor) -> partial[Any]:
    return call(pinging.ping, failed(floor).subscription)


@case
def send_again(floor: Floor) -> partial[Any]:
    return call(resending.send_again, failed(floor))


@case
def send_dead_again(floor: Floor) -> partial[Any]:
    delivery = failed(floor)
    Delivery.objects.update(state=Delivery.State.DEAD)
    return call(resending.send_dead_again, delivery.subscription, since=AT)
