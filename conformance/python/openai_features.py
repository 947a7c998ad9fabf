"""What is asked of a client of OpenAI's package, whichever provider it speaks to."""

import base64
import io
import json
import wave

import openai

from report import BUDGET, EMPTY, GOOD, KEY, MODEL, REVOKED, WRONG, Client

messages = [{"role": "user", "content": "Say hello to the auditor."}]
tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]


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


def asked(model, names):
    body = {"model": model, "max_tokens": 64, "messages": messages}
    lines = [{"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body} for name in names]
    return "\n".join(json.dumps(line) for line in lines)


def upload(openai_client, lines):
    return openai_client.files.create(file=("asked.jsonl", lines.encode()), purpose="batch")


class OpenAiClient:
    def __init__(self, name, model, connect):
        """`connect(url, key)` gives a client that speaks to the provider at the url."""
        self.name = name
        self.model = model
        self.connect = connect

    def at(self, url, key=GOOD):
        return self.connect(url, key)

    def run(self, *without):
        """Asks for all features but those that the provider does not have."""
        it = Client(self.name)
        features = {
            "chat": self.chat,
            "chat-stream": self.chat_stream,
            "chat-stream-usage": self.chat_stream_usage,
            "tools": self.with_tools,
            "tools-stream": self.with_tools_stream,
            "embedding": self.embedding,
            "responses": self.responses,
            "responses-stream": self.responses_stream,
            "image": self.image,
            "image-stream": self.image_stream,
            "image-edit": self.image_edit,
            "speech": self.speech,
            "transcription": self.transcription,
            "transcription-stream": self.transcription_stream,
            "moderation": self.moderation,
            "completion": self.completion,
            "background": self.background,
            "files": self.files,
            "batch": self.batch,
            "models": self.models,
        }
        for name, work in features.items():
            if name not in without:
                it.feature(name, work)
        it.refusal("wrong-key", openai.AuthenticationError, KEY, lambda url: self.chat(url, WRONG))
        it.refusal("revoked-key", openai.AuthenticationError, KEY, lambda url: self.chat(url, REVOKED))
        it.refusal("budget-stop", openai.RateLimitError, BUDGET, lambda url: self.chat(url, EMPTY))
        it.refusal("budget-stop-stream", openai.RateLimitError, BUDGET, lambda url: self.chat_stream(url, EMPTY))
        it.refusal("unknown-model", openai.NotFoundError, MODEL, lambda url: self.chat(url, asked="does-not-exist"))

    def chat(self, url, key=GOOD, asked=None):
        answer = self.at(url, key).chat.completions.create(model=asked or self.model, messages=messages)
        assert answer.usage.total_tokens > 0
        return answer.choices[0].message.content

    def chat_stream(self, url, key=GOOD):
        chunks = list(self.at(url, key).chat.completions.create(model=self.model, messages=messages, stream=True))
        assert not any(chunk.usage for chunk in chunks), "a usage chunk that nobody asked for"
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)

    def chat_stream_usage(self, url):
        chunks = list(
            self.at(url).chat.completions.create(
                model=self.model, messages=messages, stream=True, stream_options={"include_usage": True}
            )
        )
        assert chunks[-1].usage.total_tokens > 0
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)

    def with_tools(self, url):
        answer = self.at(url).chat.completions.create(
            model=self.model, messages=messages, tools=tools, tool_choice="required"
        )
        return answer.choices[0].message.tool_calls[0].function.name

    def with_tools_stream(self, url):
        with self.at(url).chat.completions.stream(
            model=self.model, messages=messages, tools=tools, tool_choice="required"
        ) as stream:
            return stream.get_final_completion().choices[0].message.tool_calls[0].function.name

    def embedding(self, url):
        answer = self.at(url).embeddings.create(
            model="text-embedding-3-small", input=["one text", "and another one"]
        )
        assert all(isinstance(number, float) for number in answer.data[1].embedding)
        return len(answer.data[0].embedding)

    def responses(self, url):
        return self.at(url).responses.create(model=self.model, input="Say hello to the auditor.").output_text

    def responses_stream(self, url):
        with self.at(url).responses.stream(model=self.model, input="Say hello to the auditor.") as stream:
            return stream.get_final_response().output_text

    def image(self, url):
        answer = self.at(url).images.generate(model="gpt-image-1", prompt="a cat", quality="low", size="1024x1024")
        assert answer.usage.total_tokens > 0
        return len(answer.data[0].b64_json)

    def image_stream(self, url):
        stream = self.at(url).images.generate(model="gpt-image-1", prompt="a cat", stream=True, partial_images=2)
        return " ".join(event.type for event in stream)

    def image_edit(self, url):
        images = [("a.png", PIXEL), ("b.png", PIXEL)]
        answer = self.at(url).images.edit(model="gpt-image-1", prompt="a cät", image=images)
        return len(answer.data[0].b64_json)

    def speech(self, url):
        said = "Say hello to the auditor."
        voices = self.at(url).audio.speech.with_streaming_response
        with voices.create(model="tts-1", voice="alloy", input=said) as answer:
            return sum(len(piece) for piece in answer.iter_bytes())

    def transcription(self, url):
        return self.at(url).audio.transcriptions.create(model="whisper-1", file=silence(3)).text

    def transcription_stream(self, url):
        stream = self.at(url).audio.transcriptions.create(model="gpt-4o-transcribe", file=silence(3), stream=True)
        return "".join(event.delta for event in stream if event.type == "transcript.text.delta")

    def moderation(self, url):
        answer = self.at(url).moderations.create(model="omni-moderation-latest", input="a harmless text")
        return f"flagged: {answer.results[0].flagged}"

    def completion(self, url):
        answer = self.at(url).completions.create(model="gpt-3.5-turbo-instruct", prompt="Say hello", max_tokens=5)
        return answer.choices[0].text

    def background(self, url):
        responses = self.at(url).responses
        answer = responses.create(model=self.model, input="Say hello to the auditor.", background=True)
        for _ in range(10):
            if answer.status == "completed":
                break
            answer = responses.retrieve(answer.id)
        assert answer.usage.output_tokens > 0
        return answer.output_text

    def files(self, url):
        openai_client = self.at(url)
        file = upload(openai_client, asked(self.model, "a"))
        assert openai_client.files.retrieve(file.id).bytes == file.bytes
        assert file.id in [each.id for each in openai_client.files.list()]
        assert openai_client.files.content(file.id).text == asked(self.model, "a")
        return f"deleted: {openai_client.files.delete(file.id).deleted}"

    def batch(self, url):
        openai_client = self.at(url)
        file = upload(openai_client, asked(self.model, "abc"))
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

    def models(self, url):
        return len(list(self.at(url).models.list()))
