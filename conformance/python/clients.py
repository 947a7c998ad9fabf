"""The official Python clients, with nothing changed but base URL and key. One line per check."""

import os
import sys

import anthropic
import openai

URL = os.environ["AUDITOR_URL"]
KEY = os.environ["AUDITOR_VIRTUAL_KEY"]
ASK = {"max_tokens": 50, "messages": [{"role": "user", "content": "Say hello"}]}
failed = False


def check(client, feature, test):
    global failed
    try:
        assert test()
        print(f"{client} | {feature} | ok")
    except Exception as error:  # any way to fail is a failed check
        failed = True
        print(f"{client} | {feature} | FAILED | {type(error).__name__} {error}")


def refused(call, kind):
    try:
        call()
    except kind:
        return True
    return False


o = openai.OpenAI(base_url=f"{URL}/v1", api_key=KEY)
a = anthropic.Anthropic(base_url=URL, api_key=KEY)

check("Python openai", "chat", lambda: o.chat.completions.create(model="gpt-4o-mini", **ASK).choices[0].message.content)
check(
    "Python openai",
    "stream",
    lambda: "".join(c.choices[0].delta.content or "" for c in o.chat.completions.create(model="gpt-4o-mini", stream=True, **ASK)),
)
check("Python openai", "embedding", lambda: o.embeddings.create(model="text-embedding-3-small", input="hello").data[0].embedding)
check("Python openai", "responses", lambda: o.responses.create(model="gpt-4o-mini", input="Say hello").output_text)
check(
    "Python openai",
    "wrong key",
    lambda: refused(lambda: openai.OpenAI(base_url=f"{URL}/v1", api_key="vk_x").models.list(), openai.AuthenticationError),
)
check("Python anthropic", "messages", lambda: a.messages.create(model="claude-sonnet-4-5", **ASK).content[0].text)


def stream():
    with a.messages.stream(model="claude-sonnet-4-5", **ASK) as events:
        return events.get_final_text()


check("Python anthropic", "stream", stream)
sys.exit(1 if failed else 0)
