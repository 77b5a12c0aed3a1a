"""Verifies what a file says of deliveries by Python's hmac, as the guide to webhooks tells receivers to, and prints how
many signatures it found valid: those over the bodies as they came, and those over bodies of which one byte was changed."""

import base64
import hashlib
import hmac
import json
import sys
import time

with open(sys.argv[1], encoding="utf-8") as file:
    deliveries = json.load(file)


def verified(body, delivery, secret):
    fields = [field.partition("=") for field in delivery["nb-signature"].split(",")]
    (timestamp,) = [value for name, _, value in fields if name == "t"]
    if abs(time.time() - int(timestamp)) > 300:
        return False
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return sum(hmac.compare_digest(value, expected) for name, _, value in fields if name == "v1") == 1


def verified_standard(body, delivery, secret):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{delivery['webhook-id']}.{delivery['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    signatures = delivery["webhook-signature"].split(" ")
    return sum(hmac.compare_digest(signature, expected) for signature in signatures) == 1


counts = {"valid": 0, "altered": 0}
for delivery in deliveries:
    body = base64.b64decode(delivery["body"])
    altered = bytes([body[0] ^ 1]) + body[1:]
    for secret in delivery["secrets"]:
        for verify in (verified, verified_standard):
            counts["valid"] += verify(body, delivery, secret)
            counts["altered"] += verify(altered, delivery, secret)
json.dump(counts, sys.stdout)
