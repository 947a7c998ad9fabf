/** The same call in each client; only base URL and key differ from what the provider's own documentation says. */
export const snippets = (url: string, key: string): Record<string, string> => ({
  curl: `curl ${url}/v1/chat/completions \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"Say hello"}]}'`,
  Python: `from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key="${key}")
answer = client.chat.completions.create(
    model="gpt-4o-mini", max_tokens=50,
    messages=[{"role": "user", "content": "Say hello"}])
print(answer.choices[0].message.content)`,
  JavaScript: `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${url}/v1', apiKey: '${key}' })
const answer = await client.chat.completions.create({
  model: 'gpt-4o-mini', max_tokens: 50,
  messages: [{ role: 'user', content: 'Say hello' }],
})
console.log(answer.choices[0].message.content)`,
  Java: `OpenAIClient client = OpenAIOkHttpClient.builder()
    .baseUrl("${url}/v1")
    .apiKey("${key}")
    .build();
var answer = client.chat().completions().create(ChatCompletionCreateParams.builder()
    .model("gpt-4o-mini").maxCompletionTokens(50)
    .addUserMessage("Say hello").build());
System.out.println(answer.choices().get(0).message().content().orElse(""));`,
  Anthropic: `from anthropic import Anthropic

client = Anthropic(base_url="${url}", api_key="${key}")
answer = client.messages.create(
    model="claude-sonnet-4-5", max_tokens=50,
    messages=[{"role": "user", "content": "Say hello"}])
print(answer.content[0].text)`,
})
