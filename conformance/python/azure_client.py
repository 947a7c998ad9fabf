import openai

from report import BUDGET, EMPTY, GOOD, KEY, REVOKED, WRONG, Client

deployment = "gpt-4o-mini"
messages = [{"role": "user", "content": "Say hello to the auditor."}]
tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
it = Client("azure-python")


def client(url, key=GOOD):
    return openai.AzureOpenAI(azure_endpoint=f"{url}/azure", api_key=key, api_version="2024-10-21")


def chat(url, key=GOOD):
    answer = client(url, key).chat.completions.create(model=deployment, messages=messages)
    assert answer.usage.total_tokens > 0
    return answer.choices[0].message.content


def chat_stream(url, key=GOOD):
    chunks = list(client(url, key).chat.completions.create(model=deployment, messages=messages, stream=True))
    assert not any(chunk.usage for chunk in chunks), "a usage chunk that nobody asked for"
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def chat_stream_usage(url):
    chunks = list(
        client(url).chat.completions.create(
            model=deployment, messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].usage.total_tokens > 0
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def with_tools(url):
    answer = client(url).chat.completions.create(
        model=deployment, messages=messages, tools=tools, tool_choice="required"
    )
    return answer.choices[0].message.tool_calls[0].function.name


def embedding(url):
    return len(client(url).embeddings.create(model="text-embedding-3-small", input="one text").data[0].embedding)


it.feature("chat", chat)
it.feature("chat-stream", chat_stream)
it.feature("chat-stream-usage", chat_stream_usage)
it.feature("tools", with_tools)
it.feature("embedding", embedding)
it.refusal("wrong-key", openai.AuthenticationError, KEY, lambda url: chat(url, WRONG))
it.refusal("revoked-key", openai.AuthenticationError, KEY, lambda url: chat(url, REVOKED))
it.refusal("budget-stop", openai.RateLimitError, BUDGET, lambda url: chat(url, EMPTY))
it.refusal("budget-stop-stream", openai.RateLimitError, BUDGET, lambda url: chat_stream(url, EMPTY))
