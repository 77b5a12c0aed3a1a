"""What a request must hold to be taken and no schema can say; only for requests that are meant to be valid."""

import base64
import os
import uuid

import schemathesis
from schemathesis import GenerationMode

RECEIVER = os.environ["WEBHOOK_RECEIVER_URL"]
WHITEBOARD_ID = os.environ["WHITEBOARD_ID"]
BRAND_DOMAIN = os.environ["BRAND_DOMAIN"]
LOGO = "data:image/svg+xml;base64," + base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'
).decode()
ADDRESSES = {"sms": ("phone", "+33612345678"), "email": ("email", "marie@example.com")}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    # A key that comes again with another body is refused, and generators like short keys.
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    # Boards are listed for one session at a time, and few of the sessions have one.
    if case.path.startswith("/whiteboards/{id}"):
        case.path_parameters["id"] = WHITEBOARD_ID
    if not isinstance(case.body, dict):
        return
    operation = case.operation.definition.raw.get("operationId")
    # The address of an endpoint must answer a test event when it is set.
    if operation in ("createWebhookEndpoint", "updateWebhookEndpoint") and "url" in case.body:
        case.body["url"] = RECEIVER
    # A key acts in its own mode alone; the other one is for members.
    if operation == "createWebhookEndpoint" and "mode" in case.body:
        case.body["mode"] = "test"
    if operation == "updateBranding":
        # The host of an organization's links is one that the operator has listed.
        if isinstance(case.body.get("domain"), str):
            case.body["domain"] = BRAND_DOMAIN
        # A colour must have shades that can be read on light and on dark.
        if isinstance(case.body.get("accent"), str):
            case.body["accent"] = "#00e5a0"
        # What a logo's bytes are.
        if isinstance(case.body.get("logo"), str):
            case.body["logo"] = LOGO
    # An invitation by another channel needs an address where the session has none.
    if operation == "createInvitation" and case.body.get("channel") in ADDRESSES:
        field, address = ADDRESSES[case.body["channel"]]
        case.body.setdefault(field, address)
