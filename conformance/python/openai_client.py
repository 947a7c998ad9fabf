import openai

from report import BUDGET, EMPTY, GOOD, KEY, MODEL, REVOKED, WRONG, Client

model = "gpt-4o-mini"
messages = [{"role": "user", "content": "Say hello to the auditor."}]
tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
it = Client("openai-python")


def client(url, key=GOOD):
    return openai.OpenAI(base_url=f"{url}/v1", api_key=key)


def chat(url, key=GOOD, asked=model):
    answer = client(url, key).chat.completions.create(model=asked, messages=messages)
    assert answer.usage.total_tokens > 0
    return answer.choices[0].message.content


def chat_stream(url):
    chunks = list(client(url).chat.completions.create(model=model, messages=messages, stream=True))
    assert not any(chunk.usage for chunk in chunks), "a usage chunk that nobody asked for"
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def chat_stream_usage(url):
    chunks = list(
        client(url).chat.completions.create(
            model=model, messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].usage.total_tokens > 0
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def with_tools(url):
    answer = client(url).chat.completions.create(model=model, messages=messages, tools=tools, tool_choice="required")
    return answer.choices[0].message.tool_calls[0].function.name


def embedding(url):
    answer = client(url).embeddings.create(model="text-embedding-3-small", input=["one text", "and another one"])
    assert all(isinstance(number, float) for number in answer.data[1].embedding)
    return len(answer.data[0].embedding)


def responses(url):
    return client(url).responses.create(model=model, input="Say hello to the auditor.").output_text


def responses_stream(url):
    with client(url).responses.stream(model=model, input="Say hello to the auditor.") as stream:
        return stream.get_final_response().output_text


def models(url):
    return len(list(client(url).models.list()))


it.feature("chat", chat)
it.feature("chat-stream", chat_stream)
it.feature("chat-stream-usage", chat_stream_usage)
it.feature("tools", with_tools)
it.feature("embedding", embedding)
it.feature("responses", responses)
it.feature("responses-stream", responses_stream)
it.feature("models", models)
it.refusal("wrong-key", openai.AuthenticationError, KEY, lambda url: chat(url, WRONG))
it.refusal("revoked-key", openai.AuthenticationError, KEY, lambda url: chat(url, REVOKED))
it.refusal("budget-stop", openai.RateLimitError, BUDGET, lambda url: chat(url, EMPTY))
it.refusal("unknown-model", openai.NotFoundError, MODEL, lambda url: chat(url, GOOD, "does-not-exist"))
