"""Opens every token of a file and makes a token of its own of what it found, by Python's cryptography."""

import json
import sys

from cryptography.fernet import Fernet

with open(sys.argv[1], encoding="utf-8") as file:
    tokens = json.load(file)

answers = []
for given in tokens:
    fernet = Fernet(given["key"])
    plain = fernet.decrypt(given["token"], ttl=3600)
    answers.append({"plain": plain.decode("utf-8"), "token": fernet.encrypt(plain).decode("ascii")})
json.dump(answers, sys.stdout)
