import openai

from report import BUDGET, EMPTY, GOOD, KEY, REVOKED, WRONG, Client

deployment = "gpt-4o-mini"
messages = [{"role": "user", "content": "Say hello to the auditor."}]
it = Client("azure-python")


def client(url, key=GOOD):
    return openai.AzureOpenAI(azure_endpoint=f"{url}/azure", api_key=key, api_version="2024-10-21")


def chat(url, key=GOOD):
    answer = client(url, key).chat.completions.create(model=deployment, messages=messages)
    assert answer.usage.total_tokens > 0
    return answer.choices[0].message.content


def chat_stream(url):
    chunks = list(client(url).chat.completions.create(model=deployment, messages=messages, stream=True))
    assert not any(chunk.usage for chunk in chunks), "a usage chunk that nobody asked for"
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def embedding(url):
    return len(client(url).embeddings.create(model="text-embedding-3-small", input="one text").data[0].embedding)


it.feature("chat", chat)
it.feature("chat-stream", chat_stream)
it.feature("embedding", embedding)
it.refusal("wrong-key", openai.AuthenticationError, KEY, lambda url: chat(url, WRONG))
it.refusal("revoked-key", openai.AuthenticationError, KEY, lambda url: chat(url, REVOKED))
it.refusal("budget-stop", openai.RateLimitError, BUDGET, lambda url: chat(url, EMPTY))
