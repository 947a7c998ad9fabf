package ai.costauditor.gateway.upstream;

import ai.costauditor.gateway.keys.PresentedKey;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter.RequestHttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.ServerRequest;

/** What a client sends for us, or about itself, does not go to the provider. Lengths are set anew from the body. */
public final class CleanRequestHeaders implements RequestHttpHeadersFilter {

    private static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "expect",
            "accept-encoding",
            "cookie",
            "forwarded",
            "x-real-ip",
            "via",
            "connection",
            "upgrade");

    @Override
    public HttpHeaders apply(HttpHeaders headers, ServerRequest request) {
        HttpHeaders clean = new HttpHeaders();
        headers.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean credential = PresentedKey.HEADERS.stream().anyMatch(name::equalsIgnoreCase);
            if (!credential
                    && !OURS.contains(lower)
                    && !lower.startsWith("x-auditor-")
                    && !lower.startsWith("x-forwarded-")) {
                clean.addAll(name, values);
            }
        });
        return clean;
    }
}
