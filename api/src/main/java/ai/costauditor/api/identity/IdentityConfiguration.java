package ai.costauditor.api.identity;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Optional;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.servlet.CookieSameSiteSupplier;
import org.springframework.boot.web.servlet.AbstractFilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Who may enter, in three chains: the issuer, the API, the pages. The paths of the data plane match none of them: there a
 * virtual key decides, and not a byte of the request is touched here.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdentitySettings.class)
class IdentityConfiguration {

    /** Every path that security looks at, as the servlet container writes them. */
    private static final String[] OWN_PATHS = {
        "/api/*", "/v3/*", "/oauth2/*", "/.well-known/*", "/userinfo", "/connect/*", "/sign-in", "/sign-out"
    };

    /**
     * The filter is not even entered on other paths: its firewall would refuse what providers' paths may contain, such as
     * the encoded slashes of a model's name.
     */
    @Bean
    static BeanPostProcessor securityOnOwnPathsOnly() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (name.equals("securityFilterChainRegistration")
                        && bean instanceof AbstractFilterRegistrationBean<?> registration) {
                    registration.addUrlPatterns(OWN_PATHS);
                    registration.addUrlPatterns(PageChain.PATHS.stream()
                            .map(path -> path.replace("/**", "/*"))
                            .toArray(String[]::new));
                }
                return bean;
            }
        };
    }

    @Bean
    @Order(2)
    SecurityFilterChain apiChain(HttpSecurity http, AuthenticationManagerResolver<HttpServletRequest> bearer)
            throws Exception {
        http.securityMatcher("/api/**", "/v3/**")
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(errors -> errors.authenticationEntryPoint(new ProblemEntryPoint()))
                .oauth2ResourceServer(server ->
                        server.authenticationManagerResolver(bearer).authenticationEntryPoint(new ProblemEntryPoint()));
        return http.build();
    }

    @Bean
    AuthenticationManagerResolver<HttpServletRequest> bearer(
            ApiTokens tokens, JwtDecoder decoder, Accounts accounts, IdentitySettings settings) {
        JwtAuthenticationProvider jwt = new JwtAuthenticationProvider(decoder);
        jwt.setJwtAuthenticationConverter(token -> known(accounts, settings, token));
        AuthenticationManager people = jwt::authenticate;
        AuthenticationManager scripts = authentication -> {
            String token = ((BearerTokenAuthenticationToken) authentication).getToken();
            return tokens.caller(token)
                    .map(CallerAuthentication::new)
                    .orElseThrow(() -> new BadCredentialsException("the token is unknown, expired or revoked"));
        };
        return request -> isForScripts(request.getHeader("Authorization")) ? scripts : people;
    }

    private static boolean isForScripts(String header) {
        int start = "Bearer ".length();
        return header.regionMatches(true, 0, "Bearer ", 0, start)
                && header.substring(start).strip().startsWith(ApiTokens.PREFIX);
    }

    /** A token says who it is; what they may do stands in the account, so that a change is in force with the next request. */
    private static CallerAuthentication known(Accounts accounts, IdentitySettings settings, Jwt token) {
        Optional<Accounts.Account> account = settings.isEmbedded()
                ? accounts.byUser(token.getSubject())
                : ExternalIssuer.account(accounts, settings, token);
        return account.filter(found -> !found.disabled())
                .filter(found -> !settings.isEmbedded() || isStillValid(found, token.getIssuedAt()))
                .map(found -> new CallerAuthentication(new Caller(found.organisation(), found.user(), found.roles())))
                .orElseThrow(() -> new InvalidBearerTokenException("the token is nobody's"));
    }

    /** A token's time has no fractions of seconds. */
    private static boolean isStillValid(Accounts.Account account, @org.jspecify.annotations.Nullable Instant issuedAt) {
        return issuedAt != null && issuedAt.plusSeconds(1).isAfter(account.signInsFrom());
    }

    @Bean
    PasswordEncoder passwordEncoder() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }

    @Bean
    CookieSameSiteSupplier cookiesStayOnThisSite() {
        return CookieSameSiteSupplier.ofLax();
    }
}
