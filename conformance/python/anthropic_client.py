import anthropic

from report import BUDGET, EMPTY, GOOD, KEY, MODEL, REVOKED, WRONG, Client

model = "claude-haiku-4-5"
messages = [{"role": "user", "content": "Say hello to the auditor."}]
tools = [{"name": "weather", "input_schema": {"type": "object", "properties": {}}}]
it = Client("anthropic-python")


def client(url, key=GOOD):
    return anthropic.Anthropic(base_url=url, api_key=key)


def message(url, key=GOOD, asked=model):
    answer = client(url, key).messages.create(model=asked, max_tokens=64, messages=messages)
    assert answer.usage.output_tokens > 0
    return answer.content[0].text


def message_stream(url, key=GOOD):
    with client(url, key).messages.stream(model=model, max_tokens=64, messages=messages) as stream:
        return stream.get_final_text()


def with_tools(url):
    answer = client(url).messages.create(
        model=model, max_tokens=64, messages=messages, tools=tools, tool_choice={"type": "any"}
    )
    return answer.content[0].name


def with_tools_stream(url):
    with client(url).messages.stream(
        model=model, max_tokens=64, messages=messages, tools=tools, tool_choice={"type": "any"}
    ) as stream:
        return stream.get_final_message().content[0].name


def message_beta(url):
    beta = ["context-1m-2025-08-07"]
    answer = client(url).beta.messages.create(model=model, max_tokens=64, messages=messages, betas=beta)
    return answer.content[0].text


def bearer_token(url):
    by_token = anthropic.Anthropic(base_url=url, auth_token=GOOD)
    return by_token.messages.create(model=model, max_tokens=64, messages=messages).content[0].text


def message_batch(url):
    batches = client(url).messages.batches
    params = {"model": model, "max_tokens": 64, "messages": messages}
    batch = batches.create(requests=[{"custom_id": name, "params": params} for name in "ab"])
    for _ in range(10):
        if batch.processing_status == "ended":
            break
        batch = batches.retrieve(batch.id)
    texts = [line.result.message.content[0].text for line in batches.results(batch.id)]
    assert len(texts) == 2
    return " ".join(texts)


def count_tokens(url):
    return client(url).messages.count_tokens(model=model, messages=messages).input_tokens


it.feature("messages", message)
it.feature("messages-stream", message_stream)
it.feature("tools", with_tools)
it.feature("tools-stream", with_tools_stream)
it.feature("messages-beta", message_beta)
it.feature("bearer-token", bearer_token)
it.feature("message-batch", message_batch)
it.feature("models", lambda url: len(list(client(url).models.list())))
it.feature("count-tokens", count_tokens)
it.refusal("wrong-key", anthropic.AuthenticationError, KEY, lambda url: message(url, WRONG))
it.refusal("revoked-key", anthropic.AuthenticationError, KEY, lambda url: message(url, REVOKED))
it.refusal("budget-stop", anthropic.RateLimitError, BUDGET, lambda url: message(url, EMPTY))
it.refusal("budget-stop-stream", anthropic.RateLimitError, BUDGET, lambda url: message_stream(url, EMPTY))
it.refusal("unknown-model", anthropic.NotFoundError, MODEL, lambda url: message(url, GOOD, "does-not-exist"))
