// What calls must cost that are not plain text, computed from what the provider says and from its public prices, which
// genai-prices does not have for all of them.

const PER_TOKEN = 1e-6
const bySecond = ({ usage }) => (usage.seconds * 0.006) / 60
const events = body => [...body.toString().matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json))
const last = body => events(body).at(-1)

/** gpt-image-1: text 5, images 10, output 40 dollars for a million. */
const ofImages = ({ usage: { input_tokens_details: read, output_tokens } }) =>
  (read.text_tokens * 5 + read.image_tokens * 10 + output_tokens * 40) * PER_TOKEN

/** gpt-4o-transcribe: text 2.5, sound 6, output 10. */
const ofTranscripts = ({ usage: { input_token_details: read, output_tokens } }) =>
  (read.text_tokens * 2.5 + read.audio_tokens * 6 + output_tokens * 10) * PER_TOKEN

/** By feature: the cost that follows from the request and the answer. */
export const MEDIA = {
  image: (request, answer) => ofImages(JSON.parse(answer)),
  'image-edit': (request, answer) => ofImages(JSON.parse(answer)),
  'image-stream': (request, answer) => ofImages(last(answer)),
  speech: request => JSON.parse(request).input.length * 15 * PER_TOKEN,
  transcription: (request, answer) => bySecond(JSON.parse(answer)),
  'transcription-stream': (request, answer) => ofTranscripts(last(answer)),
  moderation: () => 0,
}
