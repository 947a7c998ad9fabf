package ai.costauditor.gateway.upstream;

import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Credential;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.wire.ErrorShape;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * The headers that go to the provider: the client's, without what is meant for us, what is about the client's connection or
 * identity, and every credential; with the provider's own.
 */
public final class RequestHeaders {

    /** Hop by hop (RFC 9110, section 7.6.1), set anew, or identity. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "connection",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "host",
            "content-length",
            "accept-encoding",
            "cookie",
            "forwarded",
            "via",
            "x-real-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "x-goog-fieldmask",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-content-sha256",
            "x-portkey-metadata",
            "x-litellm-tags");

    private static final List<String> PREFIXES_NOT_PASSED_ON = List.of("x-auditor-", "x-forwarded-", "helicone-");

    private static final Header UNPACKED = new BasicHeader("Accept-Encoding", "identity");

    private RequestHeaders() {}

    /** @param target what is sent where: a signature is over all of it */
    public static List<Header> of(
            HttpServletRequest request, Provider provider, ErrorShape family, URI target, byte[] body) {
        List<Header> headers = new ArrayList<>(24);
        Set<String> named = namedByConnection(request);
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            String lower = name.toLowerCase(Locale.ROOT);
            if (isPassedOn(lower) && !named.contains(lower)) {
                for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
                    headers.add(new BasicHeader(name, values.nextElement()));
                }
            }
        }
        addOwn(headers, provider, family, target, body);
        return headers;
    }

    /** Of a request that is no client's. */
    public static List<Header> own(Provider provider, ErrorShape family, URI target) {
        List<Header> headers = new ArrayList<>();
        if (family == ErrorShape.ANTHROPIC) {
            headers.add(new BasicHeader("anthropic-version", "2023-06-01"));
        }
        addOwn(headers, provider, family, target, new byte[0]);
        return headers;
    }

    private static void addOwn(List<Header> headers, Provider provider, ErrorShape family, URI target, byte[] body) {
        headers.add(UNPACKED);
        switch (Objects.requireNonNull(provider.credential())) {
            case Credential.AwsKeys keys -> AwsSignature.addTo(headers, keys, target, body);
            case Credential.AzureKey(String secret) -> headers.add(new BasicHeader("api-key", secret));
            case Credential.ApiKey(String secret) -> headers.add(header(secret, family));
        }
    }

    private static boolean isPassedOn(String lower) {
        return !NOT_PASSED_ON.contains(lower)
                && !PresentedKey.isCredential(lower)
                && PREFIXES_NOT_PASSED_ON.stream().noneMatch(lower::startsWith);
    }

    private static Set<String> namedByConnection(HttpServletRequest request) {
        String connection = request.getHeader("Connection");
        if (connection == null || connection.indexOf(',') < 0 && connection.equalsIgnoreCase("keep-alive")) {
            return Set.of();
        }
        Set<String> names = new java.util.HashSet<>();
        for (String value : Collections.list(request.getHeaders("Connection"))) {
            for (String name : value.split(",", 32)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** Each family of formats has its own place, also where one provider speaks both. */
    private static Header header(String secret, ErrorShape family) {
        return switch (family) {
            case OPENAI, BEDROCK -> new BasicHeader("Authorization", "Bearer " + secret);
            case ANTHROPIC -> new BasicHeader("x-api-key", secret);
            case GEMINI -> new BasicHeader("x-goog-api-key", secret);
        };
    }
}
