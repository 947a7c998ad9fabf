package ai.costauditor.api.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How people sign in.
 *
 * @param pageUrls where browsers open the pages, such as {@code https://auditor.example.com}; the embedded issuer sends
 *     people back to these and to nothing else. Default: the own port on loopback
 * @param issuerUri an OpenID Connect issuer that signs people in; empty: the embedded one does
 * @param audience what the access tokens of that issuer must be meant for
 * @param accountClaim the claim of its access tokens that holds the e-mail address of an account here
 */
@ConfigurationProperties("auditor.identity")
record IdentitySettings(
        @DefaultValue List<String> pageUrls,
        @Nullable String issuerUri,
        @DefaultValue("auditor-api") String audience,
        @DefaultValue("email") String accountClaim) {

    IdentitySettings {
        pageUrls = pageUrls.stream()
                .map(url -> url.strip().replaceAll("/+$", ""))
                .filter(url -> !url.isEmpty())
                .toList();
    }

    boolean isEmbedded() {
        return issuerUri == null || issuerUri.isBlank();
    }
}
