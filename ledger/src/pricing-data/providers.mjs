// Our name of a provider, and the name that the price list gives it.
export const PROVIDERS = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  azure: 'azure',
  bedrock: 'aws',
  mistral: 'mistral',
  groq: 'groq',
  deepseek: 'deepseek',
  xai: 'x-ai',
  together: 'together',
  fireworks: 'fireworks',
  openrouter: 'openrouter',
  moonshot: 'moonshotai',
  cerebras: 'cerebras',
}

/** "regional." is a label of the list; Bedrock knows the names without it. */
export const withoutLabel = (id) => id.replace(/^regional\./, '')
