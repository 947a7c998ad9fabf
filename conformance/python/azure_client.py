import openai

from openai_features import OpenAiClient

# No list says what batches of Azure cost, so a hard budget stops them; its models are deployments, and here are none.
OpenAiClient(
    "azure-python",
    "gpt-4o-mini",
    lambda url, key: openai.AzureOpenAI(azure_endpoint=f"{url}/azure", api_key=key, api_version="2024-10-21"),
).run("moderation", "batch", "models")
