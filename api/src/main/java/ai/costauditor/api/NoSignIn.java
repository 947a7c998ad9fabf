package ai.costauditor.api;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.web.servlet.RegistrationBean;
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

    /** Not even its firewall, which refuses what providers' paths may contain. */
    @Bean
    static BeanPostProcessor noFilterAtAll() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (name.equals("securityFilterChainRegistration") && bean instanceof RegistrationBean registration) {
                    registration.setEnabled(false);
                }
                return bean;
            }
        };
    }

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
