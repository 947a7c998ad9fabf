import json

import boto3
from botocore.exceptions import ClientError

from report import BUDGET, EMPTY, GOOD, KEY, MODEL, REVOKED, WRONG, Client

model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
profile = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{model}"
messages = [{"role": "user", "content": [{"text": "Say hello to the auditor."}]}]
short = {"maxTokens": 64}
tools = {"tools": [{"toolSpec": {"name": "weather", "inputSchema": {"json": {"type": "object", "properties": {}}}}}]}
body = json.dumps(
    {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": "Say hello to the auditor."}],
    }
)
it = Client("boto3")


def client(url, key=GOOD):
    return boto3.client(
        "bedrock-runtime",
        endpoint_url=f"{url}/bedrock",
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="any text",
    )


def converse(url, key=GOOD, asked=model):
    answer = client(url, key).converse(modelId=asked, messages=messages, inferenceConfig=short)
    assert answer["usage"]["outputTokens"] > 0
    return answer["output"]["message"]["content"][0]["text"]


def converse_stream(url, key=GOOD):
    answer = client(url, key).converse_stream(modelId=model, messages=messages, inferenceConfig=short)
    events = list(answer["stream"])
    assert events[-1]["metadata"]["usage"]["totalTokens"] > 0
    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    return "".join(delta["text"] for delta in deltas)


def with_tools(url):
    answer = client(url).converse(modelId=model, messages=messages, inferenceConfig=short, toolConfig=tools)
    return answer["output"]["message"]["content"][0]["toolUse"]["name"]


def with_tools_stream(url):
    answer = client(url).converse_stream(modelId=model, messages=messages, inferenceConfig=short, toolConfig=tools)
    starts = [event["contentBlockStart"]["start"] for event in answer["stream"] if "contentBlockStart" in event]
    return next(start["toolUse"]["name"] for start in starts if "toolUse" in start)


def invoke(url):
    answer = client(url).invoke_model(modelId=model, body=body)
    return json.loads(answer["body"].read())["content"][0]["text"]


def invoke_stream(url):
    answer = client(url).invoke_model_with_response_stream(modelId=model, body=body)
    chunks = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
    assert chunks[-1]["amazon-bedrock-invocationMetrics"]["outputTokenCount"] > 0
    return "".join(chunk["delta"].get("text", "") for chunk in chunks if chunk["type"] == "content_block_delta")


it.feature("converse", converse)
it.feature("converse-profile", lambda url: converse(url, GOOD, profile))
it.feature("converse-stream", converse_stream)
it.feature("tools", with_tools)
it.feature("tools-stream", with_tools_stream)
it.feature("invoke", invoke)
it.feature("invoke-stream", invoke_stream)
it.refusal("wrong-key", ClientError, KEY, lambda url: converse(url, WRONG))
it.refusal("revoked-key", ClientError, KEY, lambda url: converse(url, REVOKED))
it.refusal("budget-stop", ClientError, BUDGET, lambda url: converse(url, EMPTY))
it.refusal("budget-stop-stream", ClientError, BUDGET, lambda url: converse_stream(url, EMPTY))
it.refusal("unknown-model", ClientError, MODEL, lambda url: converse(url, GOOD, "does-not-exist"))
