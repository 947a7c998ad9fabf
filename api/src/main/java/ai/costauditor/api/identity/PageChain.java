package ai.costauditor.api.identity;

import ai.costauditor.api.web.SinglePage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;
import org.springframework.security.web.savedrequest.NullRequestCache;

/** The pages: what a browser may do with them, and signing in and out. */
@Configuration(proxyBeanMethods = false)
class PageChain {

    static final String SIGN_IN = "/sign-in";
    private static final String SIGN_OUT = "/sign-out";

    /** All paths of the pages. */
    static final List<String> PATHS = paths();

    private static List<String> paths() {
        List<String> paths = new ArrayList<>(SinglePage.PAGES);
        paths.addAll(SinglePage.FILES);
        paths.add(SIGN_OUT);
        return List.copyOf(paths);
    }

    @Bean
    @Order(3)
    SecurityFilterChain pagesChain(HttpSecurity http, SignIn signIn, SignOut signOut, IdentitySettings settings)
            throws Exception {
        CookieCsrfTokenRepository cookie = CookieCsrfTokenRepository.withHttpOnlyFalse();
        cookie.setCookieCustomizer(custom -> custom.sameSite("Lax"));
        http.securityMatcher(PATHS.toArray(String[]::new))
                .csrf(csrf -> csrf.csrfTokenRepository(cookie)
                        .csrfTokenRequestHandler(new CsrfTokenRequestAttributeHandler()))
                .addFilterAfter(new CsrfCookieFilter(), CsrfFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives(contentSecurity(settings)))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicyHeaderWriter.ReferrerPolicy.SAME_ORIGIN))
                        .cacheControl(cache -> cache.disable()));
        if (settings.isEmbedded()) {
            http.addFilterBefore(new GuessingFilter(signIn), UsernamePasswordAuthenticationFilter.class)
                    .formLogin(form -> form.loginPage(SIGN_IN)
                            .loginProcessingUrl(SIGN_IN)
                            .defaultSuccessUrl("/summary")
                            .failureUrl(SIGN_IN + "?error"))
                    .logout(out ->
                            out.logoutUrl(SIGN_OUT).addLogoutHandler(signOut).logoutSuccessUrl("/"));
        } else {
            http.requestCache(cache -> cache.requestCache(new NullRequestCache()));
        }
        return http.build();
    }

    private static String contentSecurity(IdentitySettings settings) {
        String connect = settings.isEmbedded() ? "" : " connect-src 'self' " + origin(settings.issuerUri()) + ";";
        return "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
                + connect
                + " base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    }

    private static String origin(@org.jspecify.annotations.Nullable String url) {
        URI uri = URI.create(String.valueOf(url));
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
