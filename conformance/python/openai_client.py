import openai

from openai_features import OpenAiClient

OpenAiClient(
    "openai-python", "gpt-4o-mini", lambda url, key: openai.OpenAI(base_url=f"{url}/v1", api_key=key)
).run()
