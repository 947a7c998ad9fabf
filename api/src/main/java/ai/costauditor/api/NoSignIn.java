package ai.costauditor.api;

import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;

/** In a process without the control plane nobody signs in: virtual keys decide, and no password may be made up. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("!(" + ApiRole.HERE + ")")
class NoSignIn {

    @Bean
    SecurityFilterChain nothingToGuard(HttpSecurity http) throws Exception {
        return http.securityMatcher(request -> false).build();
    }

    @Bean
    UserDetailsService nobody() {
        return name -> {
            throw new UsernameNotFoundException("nobody signs in here");
        };
    }
}
