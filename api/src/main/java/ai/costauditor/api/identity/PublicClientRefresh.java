package ai.costauditor.api.identity;

import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Refresh tokens for the pages, which are a public client. The authorisation server gives them to confidential clients only;
 * for a public one they are safe if they rotate and a copy is noticed (RFC 9700, section 4.14.2), as {@link
 * RotatingAuthorizations} does.
 */
final class PublicClientRefresh implements AuthenticationConverter, AuthenticationProvider {

    private final RegisteredClientRepository clients;

    PublicClientRefresh(RegisteredClientRepository clients) {
        this.clients = clients;
    }

    /** The two requests of the pages that no code verifier can prove; the refresh token itself is the proof. */
    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        String client = request.getParameter(OAuth2ParameterNames.CLIENT_ID);
        boolean refresh = AuthorizationGrantType.REFRESH_TOKEN
                .getValue()
                .equals(request.getParameter(OAuth2ParameterNames.GRANT_TYPE));
        boolean revoke = "/oauth2/revoke".equals(request.getServletPath());
        return (refresh || revoke) && client != null && request.getHeader("Authorization") == null
                ? new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null, Map.of())
                : null;
    }

    @Override
    public @Nullable Authentication authenticate(Authentication authentication) {
        OAuth2ClientAuthenticationToken asked = (OAuth2ClientAuthenticationToken) authentication;
        boolean pkce = asked.getAdditionalParameters().containsKey("code_verifier");
        if (!ClientAuthenticationMethod.NONE.equals(asked.getClientAuthenticationMethod()) || pkce) {
            return null;
        }
        RegisteredClient client = clients.findByClientId(String.valueOf(asked.getPrincipal()));
        if (client == null || !client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
        }
        return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
    }

    @Override
    public boolean supports(Class<?> type) {
        return OAuth2ClientAuthenticationToken.class.isAssignableFrom(type);
    }

    /** 256 random bits. */
    static final class Tokens implements OAuth2TokenGenerator<OAuth2RefreshToken> {

        private final SecureRandom random = new SecureRandom();
        private final Clock clock;

        Tokens(Clock clock) {
            this.clock = clock;
        }

        @Override
        public @Nullable OAuth2RefreshToken generate(OAuth2TokenContext context) {
            if (!OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType())) {
                return null;
            }
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            Instant now = clock.instant();
            return new OAuth2RefreshToken(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                    now,
                    now.plus(context.getRegisteredClient().getTokenSettings().getRefreshTokenTimeToLive()));
        }
    }
}
