package ai.costauditor.api.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.event.AuthenticationFailureBadCredentialsEvent;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.stereotype.Component;

/** Signing in with an address and a password, slowed down for who guesses. */
@Component
class SignIn implements UserDetailsService {

    private static final int ATTEMPTS_OF_AN_ADDRESS = 60;

    private final Accounts accounts;
    private final Cache<String, AtomicInteger> failuresByAddress = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofMinutes(10))
            .maximumSize(100_000)
            .build();

    SignIn(Accounts accounts) {
        this.accounts = accounts;
    }

    /** The name of the signed-in principal is the user's id: an address can change. */
    @Override
    public UserDetails loadUserByUsername(String email) {
        Accounts.Account account =
                accounts.byEmail(email).orElseThrow(() -> new UsernameNotFoundException("no such account"));
        return User.withUsername(account.user().value())
                .password(account.password())
                .disabled(account.disabled())
                .accountLocked(accounts.isLocked(account))
                .authorities("ROLE_SIGNED_IN")
                .build();
    }

    /** Only a wrong password counts: who is locked out already cannot be locked out for longer by others. */
    @EventListener
    void failed(AuthenticationFailureBadCredentialsEvent event) {
        Authentication attempt = event.getAuthentication();
        if (attempt.getDetails() instanceof WebAuthenticationDetails details
                && attempt.getPrincipal() instanceof String email) {
            failuresByAddress
                    .get(details.getRemoteAddress(), key -> new AtomicInteger())
                    .incrementAndGet();
            accounts.failed(email);
        }
    }

    @EventListener
    void succeeded(AuthenticationSuccessEvent event) {
        if (event.getAuthentication().getPrincipal() instanceof UserDetails user) {
            accounts.succeeded(user.getUsername());
        }
    }

    boolean isGuessing(String address) {
        AtomicInteger failures = failuresByAddress.getIfPresent(address);
        return failures != null && failures.get() >= ATTEMPTS_OF_AN_ADDRESS;
    }
}
