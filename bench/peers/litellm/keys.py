"""The one key of the bench and its budget. Keys of LiteLLM's own need its database."""

import os

from fastapi import HTTPException, Request
from litellm.proxy._types import UserAPIKeyAuth

SECRET = os.environ["SECRET"]
LIMIT = float(os.environ["LIMIT"])


async def authenticate(request: Request, api_key: str) -> UserAPIKeyAuth:
    if api_key != SECRET:
        raise HTTPException(status_code=401, detail="no such key")
    return UserAPIKeyAuth(api_key=api_key, max_budget=LIMIT)
