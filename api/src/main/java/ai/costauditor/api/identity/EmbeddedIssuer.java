package ai.costauditor.api.identity;

import ai.costauditor.ledger.keys.KeySecrets;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

/** The issuer inside this program, for who has none: docs/decisions/0006-embedded-issuer.md. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("'${auditor.identity.issuer-uri:}'.isBlank()")
class EmbeddedIssuer {

    /** Access tokens are meant for the API; an ID token, which the same key signs, is not. */
    private static final String AUDIENCE = "auditor-api";

    @Bean
    @Order(1)
    SecurityFilterChain issuerChain(HttpSecurity http, RegisteredClientRepository clients) throws Exception {
        PublicClientRefresh refresh = new PublicClientRefresh(clients);
        OAuth2AuthorizationServerConfigurer server = new OAuth2AuthorizationServerConfigurer();
        MediaTypeRequestMatcher browsers = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
        browsers.setIgnoredMediaTypes(Set.of(MediaType.ALL));
        http.securityMatcher(server.getEndpointsMatcher())
                .with(server, issuer -> issuer.oidc(oidc -> {})
                        .clientAuthentication(client ->
                                client.authenticationConverter(refresh).authenticationProvider(refresh)))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(errors -> errors.defaultAuthenticationEntryPointFor(
                        new LoginUrlAuthenticationEntryPoint(PageChain.SIGN_IN), browsers));
        return http.build();
    }

    @Bean
    RegisteredClientRepository clients(IdentitySettings settings, @Value("${server.port:8080}") int port) {
        RegisteredClient.Builder ui = RegisteredClient.withId("auditor-ui")
                .clientId("auditor-ui")
                .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .scope("openid")
                .scope("profile")
                .clientSettings(ClientSettings.builder()
                        .requireProofKey(true)
                        .requireAuthorizationConsent(false)
                        .build())
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(Duration.ofMinutes(10))
                        .refreshTokenTimeToLive(Duration.ofHours(12))
                        .reuseRefreshTokens(false)
                        .idTokenSignatureAlgorithm(SignatureAlgorithm.ES256)
                        .build());
        List<String> loopback = List.of("http://127.0.0.1:" + port, "http://localhost:" + port);
        (settings.pageUrls().isEmpty() ? loopback : settings.pageUrls())
                .forEach(url -> ui.redirectUri(url + "/signed-in"));
        return new InMemoryRegisteredClientRepository(ui.build());
    }

    @Bean
    OAuth2AuthorizationService authorizations(
            JdbcTemplate jdbc, JdbcClient database, RegisteredClientRepository clients) {
        return new RotatingAuthorizations(new JdbcOAuth2AuthorizationService(jdbc, clients), database);
    }

    /** The pages are ours: nobody is asked for consent. */
    @Bean
    OAuth2AuthorizationConsentService consents() {
        return new InMemoryOAuth2AuthorizationConsentService();
    }

    @Bean
    AuthorizationServerSettings issuerSettings() {
        return AuthorizationServerSettings.builder().build();
    }

    @Bean
    JWKSource<SecurityContext> signingKeys(JdbcClient database, KeySecrets secrets) {
        return new ImmutableJWKSet<>(new JWKSet(new SigningKey(database, secrets).get()));
    }

    @Bean
    JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(keys)
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                JwtValidators.createDefault(),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD, audience -> audience != null && audience.contains(AUDIENCE))));
        return decoder;
    }

    @Bean
    OAuth2TokenGenerator<? extends OAuth2Token> tokens(
            JWKSource<SecurityContext> keys, Accounts accounts, Clock clock) {
        JwtGenerator jwt = new JwtGenerator(new NimbusJwtEncoder(keys));
        jwt.setJwtCustomizer(context -> complete(context, accounts));
        return new DelegatingOAuth2TokenGenerator(jwt, new PublicClientRefresh.Tokens(clock));
    }

    private static void complete(JwtEncodingContext context, Accounts accounts) {
        context.getJwsHeader().algorithm(SignatureAlgorithm.ES256);
        if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
            if (!maySignIn(context.getPrincipal(), accounts)) {
                throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
            }
            // the claims are stored as JSON that names its types, and immutable lists are not among those it reads back
            context.getClaims().audience(new ArrayList<>(List.of(AUDIENCE)));
        }
    }

    private static boolean maySignIn(Authentication person, Accounts accounts) {
        return accounts.byUser(person.getName())
                .filter(account -> !account.disabled())
                .filter(account -> signedInAt(person).isAfter(account.signInsFrom()))
                .isPresent();
    }

    /** When the person gave their password; it stays with the sign-in as long as that is refreshed. */
    private static Instant signedInAt(Authentication person) {
        return person.getAuthorities().stream()
                .filter(FactorGrantedAuthority.class::isInstance)
                .map(factor -> ((FactorGrantedAuthority) factor).getIssuedAt())
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }
}
