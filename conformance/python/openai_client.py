import base64
import io
import json
import wave

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


def chat_stream(url, key=GOOD):
    chunks = list(client(url, key).chat.completions.create(model=model, messages=messages, stream=True))
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


def with_tools_stream(url):
    with client(url).chat.completions.stream(
        model=model, messages=messages, tools=tools, tool_choice="required"
    ) as stream:
        return stream.get_final_completion().choices[0].message.tool_calls[0].function.name


def embedding(url):
    answer = client(url).embeddings.create(model="text-embedding-3-small", input=["one text", "and another one"])
    assert all(isinstance(number, float) for number in answer.data[1].embedding)
    return len(answer.data[0].embedding)


def responses(url):
    return client(url).responses.create(model=model, input="Say hello to the auditor.").output_text


def responses_stream(url):
    with client(url).responses.stream(model=model, input="Say hello to the auditor.") as stream:
        return stream.get_final_response().output_text


def silence(seconds):
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(16_000 * seconds))
    return "speech.wav", file.getvalue()


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def image(url):
    answer = client(url).images.generate(model="gpt-image-1", prompt="a cat", quality="low", size="1024x1024")
    assert answer.usage.total_tokens > 0
    return len(answer.data[0].b64_json)


def image_stream(url):
    stream = client(url).images.generate(model="gpt-image-1", prompt="a cat", stream=True, partial_images=2)
    return " ".join(event.type for event in stream)


def image_edit(url):
    images = [("a.png", PIXEL), ("b.png", PIXEL)]
    answer = client(url).images.edit(model="gpt-image-1", prompt="a cät", image=images)
    return len(answer.data[0].b64_json)


def speech(url):
    said = "Say hello to the auditor."
    with client(url).audio.speech.with_streaming_response.create(model="tts-1", voice="alloy", input=said) as answer:
        return sum(len(piece) for piece in answer.iter_bytes())


def transcription(url):
    return client(url).audio.transcriptions.create(model="whisper-1", file=silence(3)).text


def transcription_stream(url):
    stream = client(url).audio.transcriptions.create(model="gpt-4o-transcribe", file=silence(3), stream=True)
    return "".join(event.delta for event in stream if event.type == "transcript.text.delta")


def moderation(url):
    answer = client(url).moderations.create(model="omni-moderation-latest", input="a harmless text")
    return f"flagged: {answer.results[0].flagged}"


def completion(url):
    answer = client(url).completions.create(model="gpt-3.5-turbo-instruct", prompt="Say hello", max_tokens=5)
    return answer.choices[0].text


def background(url):
    responses = client(url).responses
    answer = responses.create(model=model, input="Say hello to the auditor.", background=True)
    for _ in range(10):
        if answer.status == "completed":
            break
        answer = responses.retrieve(answer.id)
    assert answer.usage.output_tokens > 0
    return answer.output_text


def asked(names):
    body = {"model": model, "max_tokens": 64, "messages": messages}
    lines = [{"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body} for name in names]
    return "\n".join(json.dumps(line) for line in lines)


def upload(openai_client, lines):
    return openai_client.files.create(file=("asked.jsonl", lines.encode()), purpose="batch")


def files(url):
    openai_client = client(url)
    file = upload(openai_client, asked("a"))
    assert openai_client.files.retrieve(file.id).bytes == file.bytes
    assert file.id in [each.id for each in openai_client.files.list()]
    assert openai_client.files.content(file.id).text == asked("a")
    return f"deleted: {openai_client.files.delete(file.id).deleted}"


def batch(url):
    openai_client = client(url)
    file = upload(openai_client, asked("abc"))
    work = openai_client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    for _ in range(10):
        if work.status == "completed":
            break
        work = openai_client.batches.retrieve(work.id)
    results = openai_client.files.content(work.output_file_id).text.strip().split("\n")
    assert len(results) == 3
    return json.loads(results[0])["response"]["body"]["choices"][0]["message"]["content"]


def models(url):
    return len(list(client(url).models.list()))


it.feature("chat", chat)
it.feature("chat-stream", chat_stream)
it.feature("chat-stream-usage", chat_stream_usage)
it.feature("tools", with_tools)
it.feature("tools-stream", with_tools_stream)
it.feature("embedding", embedding)
it.feature("responses", responses)
it.feature("responses-stream", responses_stream)
it.feature("image", image)
it.feature("image-stream", image_stream)
it.feature("image-edit", image_edit)
it.feature("speech", speech)
it.feature("transcription", transcription)
it.feature("transcription-stream", transcription_stream)
it.feature("moderation", moderation)
it.feature("completion", completion)
it.feature("background", background)
it.feature("files", files)
it.feature("batch", batch)
it.feature("models", models)
it.refusal("wrong-key", openai.AuthenticationError, KEY, lambda url: chat(url, WRONG))
it.refusal("revoked-key", openai.AuthenticationError, KEY, lambda url: chat(url, REVOKED))
it.refusal("budget-stop", openai.RateLimitError, BUDGET, lambda url: chat(url, EMPTY))
it.refusal("budget-stop-stream", openai.RateLimitError, BUDGET, lambda url: chat_stream(url, EMPTY))
it.refusal("unknown-model", openai.NotFoundError, MODEL, lambda url: chat(url, GOOD, "does-not-exist"))
