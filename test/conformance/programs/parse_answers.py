"""Parses answers of the server by the models that datamodel-codegen made (models.py, on PYTHONPATH)."""

import json
import sys

from models import CreateSession, Session, SessionPage
from pydantic import ValidationError

session_file, page_file = sys.argv[1:]

with open(session_file, encoding="utf-8") as file:
    session = Session.model_validate_json(file.read())
with open(page_file, encoding="utf-8") as file:
    page = SessionPage.model_validate_json(file.read())

request = {"type": "field_inspection", "reference": "INS-1", "participant": {"name": "Marie", "channel": "link"}}
CreateSession.model_validate(request)
try:
    CreateSession.model_validate({**request, "colour": "red"})
    sys.exit("CreateSession took a field that it does not know")
except ValidationError as error:
    assert error.errors()[0]["loc"] == ("colour",), error

print(json.dumps({"session": session.id, "status": session.status.value, "listed": [row.id for row in page.data]}))
