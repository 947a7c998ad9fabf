"""How a client program tells the suite what it saw: one line of JSON per feature."""

import json
import os
import re

BASE = os.environ["CONFORMANCE_BASE"]
GOOD = os.environ["CONFORMANCE_KEY"]
WRONG = os.environ["CONFORMANCE_WRONG_KEY"]
REVOKED = os.environ["CONFORMANCE_REVOKED_KEY"]
EMPTY = os.environ["CONFORMANCE_EMPTY_KEY"]

BUDGET = re.compile("budget is exhausted.*available", re.S)
KEY = re.compile("key", re.I)
MODEL = re.compile("model", re.I)


class Client:
    def __init__(self, name):
        self.name = name

    def feature(self, name, work):
        """`work(url)` gives whatever speaks for success, or raises."""
        try:
            detail = str(work(f"{BASE}/{self.name}/{name}") or "")
            line = {"ok": detail != "", "detail": detail or "the client gave nothing back"}
        except Exception as error:  # whatever it is, it is the result
            line = {"ok": False, "detail": f"{type(error).__name__}: {error}"}
        print(json.dumps({"client": self.name, "feature": name, **line}), flush=True)

    def refusal(self, name, own, says, work):
        """The refusal has to arrive as the client's own exception, with a message that a person understands."""

        def refused(url):
            try:
                value = work(url)
            except own as error:
                if not says.search(str(error)):
                    raise AssertionError(f"the message does not match {says.pattern}: {error}") from error
                return f"{type(error).__name__}: {error}"
            raise AssertionError(f"no refusal but {value}")

        self.feature(name, refused)
