import * as oauth from 'oauth4webapi'

/**
 * Signing in by authorization code with PKCE. The access token lives in memory only; the refresh token in this tab's
 * session storage, and it rotates with each use.
 */
const CLIENT: oauth.Client = { client_id: 'auditor-ui' }
const REFRESH = 'refresh'
const PENDING = 'pending'

let access: string | null = null
let refreshing: Promise<boolean> | null = null

const issuer = (): oauth.AuthorizationServer => ({
  issuer: location.origin,
  authorization_endpoint: `${location.origin}/oauth2/authorize`,
  token_endpoint: `${location.origin}/oauth2/token`,
  jwks_uri: `${location.origin}/oauth2/jwks`,
  id_token_signing_alg_values_supported: ['ES256'],
})

// development runs on loopback without TLS; in production the page itself comes by https
const transport = () => ({ [oauth.allowInsecureRequests]: location.protocol === 'http:' })

const redirectUri = () => `${location.origin}/signed-in`

export const token = () => access
export const mayBeSignedIn = () => access !== null || sessionStorage.getItem(REFRESH) !== null

export async function signIn(returnTo: string): Promise<void> {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state, returnTo }))
  const url = new URL(issuer().authorization_endpoint!)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT.client_id,
    redirect_uri: redirectUri(),
    scope: 'openid profile',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString()
  location.assign(url)
}

/** Ends the way through the issuer. @returns where the person wanted to go */
export async function finishSignIn(): Promise<string> {
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null') as
    | { verifier: string; state: string; returnTo: string }
    | null
  sessionStorage.removeItem(PENDING)
  if (!pending) throw new Error('this sign-in was not started in this tab')
  const params = oauth.validateAuthResponse(issuer(), CLIENT, new URL(location.href), pending.state)
  const response = await oauth.authorizationCodeGrantRequest(
    issuer(), CLIENT, oauth.None(), params, redirectUri(), pending.verifier, transport(),
  )
  keep(await oauth.processAuthorizationCodeResponse(issuer(), CLIENT, response))
  return pending.returnTo
}

/** One refresh at a time: a token that is used twice counts as stolen. */
export function refresh(): Promise<boolean> {
  refreshing ??= exchange().finally(() => (refreshing = null))
  return refreshing
}

async function exchange(): Promise<boolean> {
  const old = sessionStorage.getItem(REFRESH)
  if (!old) return false
  try {
    const response = await oauth.refreshTokenGrantRequest(issuer(), CLIENT, oauth.None(), old, transport())
    keep(await oauth.processRefreshTokenResponse(issuer(), CLIENT, response))
    return true
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) forget()
    else throw error
    return false
  }
}

function keep(tokens: oauth.TokenEndpointResponse) {
  access = tokens.access_token
  if (tokens.refresh_token) sessionStorage.setItem(REFRESH, tokens.refresh_token)
}

export function forget() {
  access = null
  sessionStorage.removeItem(REFRESH)
}

export const csrfToken = () =>
  decodeURIComponent(/(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1] ?? '')
