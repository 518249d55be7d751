"""The workflows of the demo floor, in the shape of a workflow's `steps`."""

from typing import Any, NamedTuple

from batches.management.demo.instructions import ASSEMBLING

Step = dict[str, Any]


class Plan(NamedTuple):
    label: str
    starts_at: str
    steps: dict[str, Step]


def _step(step_type: str, label: str, goto: str, goto_fail: str, **more: Any) -> Step:
    ways = {"goto": goto, "goto_fail": goto_fail}
    return {"step_type": step_type, "label": label, **more, **ways, "on_start": [], "on_complete": []}


def _tasks(
    label: str, goto: str, goto_fail: str, *items: tuple[str, str], is_qc: bool = False, can_stack: bool = False
) -> Step:
    answers = [{"slug": slug, "label": text, "evaluated": True, "allow_na": False} for slug, text in items]
    return _step("user", label, goto, goto_fail, component="task-list", is_qc=is_qc, can_stack=can_stack, items=answers)


def _entry(label: str, goto: str, goto_fail: str, *fields: tuple[str, str], can_stack: bool = False) -> Step:
    asked = [{"label": text, "required": True, "entity_field": where} for text, where in fields]
    return _step("user", label, goto, goto_fail, component="manual-data-entry", can_stack=can_stack, fields=asked)


def _end(step_type: str, label: str) -> Step:
    return {"step_type": step_type, "label": label, "on_start": [], "on_complete": []}


PLANS = {
    "tablet": Plan(
        "Provision a Tablet",
        "scan",
        {
            "scan": _entry(
                "Scan the serial number", "unpack", "set-aside", ("Serial number", "serial_number"), can_stack=True
            ),
            "unpack": _tasks(
                "Unpack and inspect",
                "enroll",
                "set-aside",
                ("box-sealed", "The box was sealed"),
                ("no-damage", "The glass and the frame are undamaged"),
                can_stack=True,
            ),
            "enroll": _tasks(
                "Enroll in device management",
                "asset",
                "set-aside",
                ("enrolled", "The device shows the organization's name"),
                ("profile", "The customer's profile is installed"),
            ),
            "asset": _entry("Put on the asset tag", "check", "set-aside", ("Asset tag", "attributes.asset_tag")),
            "check": _tasks(
                "Second pair of eyes",
                "done",
                "enroll",
                ("tag-straight", "The asset tag is straight and matches the record"),
                ("charged", "The battery is above 60 percent"),
                is_qc=True,
            ),
            "done": _end("success", "Ready to pack"),
            "set-aside": _end("fail", "Set aside"),
        },
    ),
    "chromebook": Plan(
        "Enroll a Chromebook",
        "scan",
        {
            "scan": _entry(
                "Scan and measure",
                "battery",
                "set-aside",
                ("Serial number", "serial_number"),
                ("Battery in percent", "$battery"),
            ),
            "battery": _step(
                "decision",
                "Charged enough?",
                "enroll",
                "charge",
                variable="battery",
                operator="greater_than_equals",
                value=40,
            ),
            "charge": _tasks("Charge it in the cart", "enroll", "set-aside", ("charged", "Charged for half an hour")),
            "enroll": _tasks(
                "Enroll",
                "check",
                "set-aside",
                ("domain", "It shows the school's sign-in page"),
                ("wifi", "Wi-Fi works"),
            ),
            "check": _tasks("Quality check", "done", "enroll", ("keys", "Every key answers"), is_qc=True),
            "done": _end("success", "Ready for the cart"),
            "set-aside": _end("fail", "Set aside"),
        },
    ),
    "laptop": Plan(
        "Image a Laptop",
        "scan",
        {
            "scan": _entry("Scan the serial number", "image", "set-aside", ("Serial number", "serial_number")),
            "image": _step("machine", "Write the image", "settle", "set-aside", component="task-list", items=[]),
            "settle": _step("wait", "Let it restart", "join", "set-aside", time=15, stop_at=90, events=[]),
            "join": _tasks(
                "Join the domain",
                "mark",
                "image",
                ("joined", "It is in the customer's domain"),
                ("encrypted", "The disk is encrypted"),
            ),
            "mark": _step(
                "function", "Mark as imaged", "done", "set-aside", function="set-entity-status", status="Complete"
            ),
            "done": _end("success", "Imaged"),
            "set-aside": _end("fail", "Set aside"),
        },
    ),
    "kit": Plan(
        "Assemble a Kit",
        "scan",
        {
            "scan": _entry("Scan the serial number", "read", "set-aside", ("Serial number", "serial_number")),
            "read": _step(
                "user",
                "Read how it is assembled",
                "assemble",
                "set-aside",
                component="follow-pdf-instructions",
                attachment=ASSEMBLING,
            ),
            "assemble": _tasks(
                "Assemble",
                "pack",
                "set-aside",
                ("holster", "The holster is attached"),
                ("charger", "The charger and the cable are in the box"),
            ),
            "pack": _tasks("Pack and label", "done", "assemble", ("label", "The label shows the store's number")),
            "done": _end("success", "Packed"),
            "set-aside": _end("fail", "Set aside"),
        },
    ),
}
