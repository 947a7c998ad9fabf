package ai.costauditor.api.identity;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a browser with the pages does: it has a cookie jar, fills in the form, and exchanges codes and tokens. */
public final class Browser {

    public static final String PAGES = "http://127.0.0.1:1";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final CookieManager cookies = new CookieManager();
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private final String server;
    private final String verifier = UUID.randomUUID().toString() + UUID.randomUUID();

    public Browser(String server) {
        this.server = server;
    }

    public record Tokens(String access, String refresh, String id) {}

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    HttpResponse<String> form(String path, Map<String, String> fields, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encode(fields)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    public HttpResponse<String> api(String method, String path, String token, String body) {
        return send(HttpRequest.newBuilder(URI.create(server + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Opens the sign-in page first, as a person does, for the cookie that the form gives back. */
    HttpResponse<String> signIn(String email, String password) {
        get("/sign-in");
        return form("/sign-in", Map.of("username", email, "password", password, "_csrf", cookie("XSRF-TOKEN")));
    }

    HttpResponse<String> authorize(String redirect, String challengeMethod) {
        return get(
                "/oauth2/authorize?"
                        + encode(Map.of(
                                "response_type",
                                "code",
                                "client_id",
                                "auditor-ui",
                                "scope",
                                "openid profile",
                                "state",
                                "some-state",
                                "redirect_uri",
                                redirect,
                                "code_challenge",
                                challenge(),
                                "code_challenge_method",
                                challengeMethod)),
                "Accept",
                "text/html");
    }

    String code() {
        String location = authorize(PAGES + "/signed-in", "S256")
                .headers()
                .firstValue("Location")
                .orElseThrow();
        return location.replaceAll(".*[?&]code=([^&]*).*", "$1");
    }

    HttpResponse<String> exchange(String code, String codeVerifier) {
        return form(
                "/oauth2/token",
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        "auditor-ui",
                        "redirect_uri",
                        PAGES + "/signed-in",
                        "code",
                        code,
                        "code_verifier",
                        codeVerifier));
    }

    HttpResponse<String> refresh(String token) {
        return form(
                "/oauth2/token",
                Map.of("grant_type", "refresh_token", "client_id", "auditor-ui", "refresh_token", token));
    }

    /** The whole way from the form to tokens. */
    public Tokens tokensOf(String email, String password) {
        signIn(email, password);
        return tokens(exchange(code(), verifier));
    }

    String verifier() {
        return verifier;
    }

    static Tokens tokens(HttpResponse<String> answer) {
        JsonNode json = JSON.readTree(answer.body());
        return new Tokens(
                json.path("access_token").asString(""),
                json.path("refresh_token").asString(""),
                json.path("id_token").asString(""));
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    String cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String challenge() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
