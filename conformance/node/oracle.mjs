// What a call must cost, by somebody else's code: npm's @pydantic/genai-prices, on the usage that the provider states.
import { calcPrice } from '@pydantic/genai-prices'

/** The provider's own field names to those of genai-prices, whose input includes what was cached. */
function usageOf(usage) {
  if (usage.prompt_tokens !== undefined) {
    return {
      input_tokens: usage.prompt_tokens,
      cache_read_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
      output_tokens: usage.completion_tokens ?? 0,
    }
  }
  if (usage.promptTokenCount !== undefined) {
    return {
      input_tokens: usage.promptTokenCount + (usage.toolUsePromptTokenCount ?? 0),
      cache_read_tokens: usage.cachedContentTokenCount ?? 0,
      output_tokens: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    }
  }
  if (usage.inputTokens !== undefined) {
    const read = usage.cacheReadInputTokens ?? 0
    const write = usage.cacheWriteInputTokens ?? 0
    return {
      input_tokens: usage.inputTokens + read + write,
      cache_read_tokens: read,
      cache_write_tokens: write,
      output_tokens: usage.outputTokens,
    }
  }
  const responses = usage.input_tokens_details !== undefined
  const read = responses ? (usage.input_tokens_details.cached_tokens ?? 0) : (usage.cache_read_input_tokens ?? 0)
  const write = responses ? 0 : (usage.cache_creation_input_tokens ?? 0)
  return {
    input_tokens: usage.input_tokens + (responses ? 0 : read + write),
    cache_read_tokens: read,
    cache_write_tokens: write,
    output_tokens: usage.output_tokens,
  }
}

/** Our names of providers that have others there. */
const NAMES = { gemini: 'google', bedrock: 'aws' }

/** @returns the cost as a number, good to about 15 digits; undefined if genai-prices knows no price */
export function expectedCost(provider, model, usage) {
  const price = calcPrice(usageOf(usage), model, { providerId: NAMES[provider] ?? provider })
  return price?.total_price
}

export const sameAmount = (exact, approximate) =>
  Math.abs(Number(exact) - approximate) <= 1e-12 + 1e-9 * Math.abs(approximate)
