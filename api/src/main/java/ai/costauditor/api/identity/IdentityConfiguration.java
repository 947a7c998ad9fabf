package ai.costauditor.api.identity;

import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
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
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

/**
 * Who may enter, in three chains: the issuer, the API, the pages. The paths of the data plane match none of them: there a
 * virtual key decides, and not a byte of the request is touched here.
 */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

    private static final String SIGN_IN = "/sign-in";
    private static final String CONTENT_SECURITY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
                    + " base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    @Bean
    @Order(1)
    SecurityFilterChain issuerChain(HttpSecurity http, RegisteredClientRepository clients) throws Exception {
        PublicClientRefresh refresh = new PublicClientRefresh(clients);
        OAuth2AuthorizationServerConfigurer server = new OAuth2AuthorizationServerConfigurer();
        http.securityMatcher(server.getEndpointsMatcher())
                .with(server, issuer -> issuer.oidc(oidc -> {})
                        .clientAuthentication(client ->
                                client.authenticationConverter(refresh).authenticationProvider(refresh)))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(errors -> errors.defaultAuthenticationEntryPointFor(
                        new LoginUrlAuthenticationEntryPoint(SIGN_IN),
                        new MediaTypeRequestMatcher(MediaType.TEXT_HTML)));
        return http.build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain apiChain(HttpSecurity http, AuthenticationManagerResolver<HttpServletRequest> bearer)
            throws Exception {
        http.securityMatcher("/api/**", "/v3/api-docs/**")
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .oauth2ResourceServer(server ->
                        server.authenticationManagerResolver(bearer).authenticationEntryPoint(new ProblemEntryPoint()));
        return http.build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain pagesChain(HttpSecurity http, SignIn signIn) throws Exception {
        CookieCsrfTokenRepository cookie = CookieCsrfTokenRepository.withHttpOnlyFalse();
        http.securityMatcher(Pages.MATCHED)
                .addFilterBefore(
                        new GuessingFilter(signIn),
                        org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter.class)
                .csrf(csrf -> csrf.csrfTokenRepository(cookie)
                        .csrfTokenRequestHandler(new CsrfTokenRequestAttributeHandler()))
                .addFilterAfter(new CsrfCookieFilter(), org.springframework.security.web.csrf.CsrfFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .formLogin(form -> form.loginPage(SIGN_IN)
                        .loginProcessingUrl(SIGN_IN)
                        .defaultSuccessUrl("/summary")
                        .failureUrl(SIGN_IN + "?error"))
                .logout(out -> out.logoutUrl("/sign-out").logoutSuccessUrl("/"))
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_SECURITY))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicyHeaderWriter.ReferrerPolicy.SAME_ORIGIN))
                        .cacheControl(cache -> cache.disable()));
        return http.build();
    }

    @Bean
    AuthenticationManagerResolver<HttpServletRequest> bearer(ApiTokens tokens, JwtDecoder decoder) {
        JwtAuthenticationProvider jwt = new JwtAuthenticationProvider(decoder);
        jwt.setJwtAuthenticationConverter(IdentityConfiguration::caller);
        AuthenticationManager signedIn = jwt::authenticate;
        AuthenticationManager scripts = authentication -> {
            String token = ((BearerTokenAuthenticationToken) authentication).getToken();
            return tokens.caller(token)
                    .map(CallerAuthentication::new)
                    .orElseThrow(() -> new BadCredentialsException("the token is unknown, expired or revoked"));
        };
        return request -> {
            String header = String.valueOf(request.getHeader("Authorization"));
            return header.contains(ApiTokens.PREFIX) ? scripts : signedIn;
        };
    }

    private static CallerAuthentication caller(Jwt jwt) {
        List<String> roles = jwt.getClaimAsStringList("roles");
        return new CallerAuthentication(new Caller(
                new OrganisationId(String.valueOf(jwt.getClaimAsString("org"))),
                new UserId(jwt.getSubject()),
                roles == null ? Set.of() : roles.stream().map(Role::valueOf).collect(Collectors.toSet())));
    }

    @Bean
    PasswordEncoder passwordEncoder() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }

    @Bean
    RegisteredClientRepository clients(
            @Value("${auditor.identity.page-urls:}") List<String> pages, @Value("${server.port:8080}") int port) {
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
        List<String> urls = pages.isEmpty() ? List.of("http://127.0.0.1:" + port, "http://localhost:" + port) : pages;
        urls.forEach(url -> ui.redirectUri(url + "/signed-in"));
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
        return org.springframework.security.oauth2.jwt.NimbusJwtDecoder.withJwkSource(keys)
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .build();
    }

    @Bean
    OAuth2TokenGenerator<? extends OAuth2Token> tokens(
            JWKSource<SecurityContext> keys, Accounts accounts, Clock clock) {
        JwtGenerator jwt = new JwtGenerator(new NimbusJwtEncoder(keys));
        jwt.setJwtCustomizer(context -> {
            context.getJwsHeader().algorithm(SignatureAlgorithm.ES256);
            if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
                Accounts.Account account = accounts.byUser(
                                context.getPrincipal().getName())
                        .filter(known -> !known.disabled())
                        .orElseThrow(() -> new org.springframework.security.oauth2.core.OAuth2AuthenticationException(
                                org.springframework.security.oauth2.core.OAuth2ErrorCodes.INVALID_GRANT));
                context.getClaims()
                        .claim("org", account.organisation().value())
                        .claim(
                                "roles",
                                account.roles().stream()
                                        .map(Role::name)
                                        .sorted()
                                        .toList());
            }
        });
        return new DelegatingOAuth2TokenGenerator(jwt, new PublicClientRefresh.Tokens(clock));
    }
}
