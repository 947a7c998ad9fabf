package ai.costauditor.api.identity;

import java.util.List;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;

/**
 * A company's own OpenID Connect issuer signs people in. It says who they are; which organisation they belong to and what
 * they may do stands in their account here, which an administrator makes beforehand.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("!'${auditor.identity.issuer-uri:}'.isBlank()")
class ExternalIssuer {

    /** The issuer is asked for its keys with the first token, not at the start: it may be down when we start. */
    @Bean
    JwtDecoder jwtDecoder(IdentitySettings settings) {
        String issuer = String.valueOf(settings.issuerUri());
        return new SupplierJwtDecoder(() -> {
            NimbusJwtDecoder decoder = JwtDecoders.fromIssuerLocation(issuer);
            decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                    JwtValidators.createDefaultWithIssuer(issuer),
                    new JwtClaimValidator<List<String>>(
                            JwtClaimNames.AUD,
                            audience -> audience != null && audience.contains(settings.audience()))));
            return decoder;
        });
    }

    /** An address that the issuer has not verified could be anybody's. */
    static Optional<Accounts.Account> account(Accounts accounts, IdentitySettings settings, Jwt token) {
        String address = token.getClaimAsString(settings.accountClaim());
        return address == null || Boolean.FALSE.equals(token.getClaimAsBoolean("email_verified"))
                ? Optional.empty()
                : accounts.byEmail(address);
    }
}
