package ai.costauditor.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class AccessTest {

    private final IdentityForTests program = IdentityForTests.program();
    private final Browser browser = program.browser();
    private final Accounts.Account admin = program.administrator();
    private final String token = program.token(admin);

    /** Somebody's new resource without a word about who may use it. */
    static final class Forgotten {
        @ResponseBody
        public String answer() {
            return "open";
        }
    }

    @Test
    void whatDoesNotSayWhoMayUseItIsRefusedEvenToAdministrators() throws NoSuchMethodException {
        RequestMappingHandlerMapping mapping = mapping();
        RequestMappingInfo.BuilderConfiguration options = mapping.getBuilderConfiguration();
        RequestMappingInfo inside =
                RequestMappingInfo.paths("/api/v1/forgotten").options(options).build();
        RequestMappingInfo outside =
                RequestMappingInfo.paths("/forgotten").options(options).build();
        mapping.registerMapping(inside, new Forgotten(), Forgotten.class.getMethod("answer"));
        mapping.registerMapping(outside, new Forgotten(), Forgotten.class.getMethod("answer"));
        try {
            assertThat(api("GET", "/api/v1/forgotten", token, "").statusCode()).isEqualTo(403);
            assertThat(browser.get("/api/v1/forgotten").statusCode()).isEqualTo(401);
            assertThat(api("GET", "/forgotten", token, "").statusCode()).isEqualTo(401);
        } finally {
            mapping.unregisterMapping(inside);
            mapping.unregisterMapping(outside);
        }
    }

    @Test
    void everyResourceSaysWhoMayUseIt() {
        assertThat(mapping().getHandlerMethods().values())
                .filteredOn(method -> method.getBeanType().getName().startsWith("ai.costauditor."))
                .hasSizeGreaterThan(20)
                .allMatch(method -> method.hasMethodAnnotation(Allowed.class));
    }

    @Test
    void withoutATokenOrWithABrokenOneTheAnswerIs401AsProblem() {
        HttpResponse<String> none = browser.get("/api/v1/me");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(none.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(api(
                                "GET",
                                "/api/v1/me",
                                token.substring(0, 40) + (token.charAt(40) == '0' ? '1' : '0') + token.substring(41),
                                "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(api("GET", "/api/v1/me", "eyJhbGciOiJub25lIn0.e30.", "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTokenCanDoWhatItWasMadeForUntilItIsRevoked() {
        HttpResponse<String> made =
                api("POST", "/api/v1/tokens", token, "{\"name\":\"audit\",\"roles\":[\"AUDITOR\"],\"days\":1}");
        assertThat(made.statusCode()).as("an administrator is no auditor").isEqualTo(422);

        made = api("POST", "/api/v1/tokens", token, "{\"name\":\"ci\",\"roles\":[\"ADMIN\"],\"days\":1}");
        assertThat(made.statusCode()).isEqualTo(201);
        String secret = Browser.json(made).path("secret").asString();
        String id = Browser.json(made).path("id").asString();
        assertThat(secret).matches("aat_[0-9a-f]{72}");
        assertThat(api("GET", "/api/v1/me", secret, "").statusCode()).isEqualTo(200);
        String listed = api("GET", "/api/v1/tokens", token, "").body();
        assertThat(listed).contains(id, "last_used_at").doesNotContain(secret, ApiTokens.hash(secret));

        assertThat(api("DELETE", "/api/v1/tokens/" + id, token, "").statusCode())
                .isEqualTo(204);
        assertThat(api("GET", "/api/v1/me", secret, "").statusCode()).isEqualTo(401);
    }

    @Test
    void aTokenLosesWhatItsOwnerLoses() {
        Accounts.Account other = program.person(admin.organisation(), Role.ADMIN);
        String theirs = program.token(other);
        assertThat(api("POST", "/api/v1/teams", theirs, "{\"name\":\"One\"}").statusCode())
                .isEqualTo(201);
        api("PUT", "/api/v1/users/" + other.user() + "/roles", token, "{\"roles\":[\"MEMBER\"]}");
        assertThat(api("POST", "/api/v1/teams", theirs, "{\"name\":\"Two\"}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void anExpiredTokenIsRefused() {
        program.bean(JdbcClient.class)
                .sql("update api_token set expires_at = now() - interval '1 second' where user_id = ?")
                .param(admin.user().value())
                .update();
        assertThat(api("GET", "/api/v1/me", token, "").statusCode()).isEqualTo(401);
    }

    @Test
    void aMemberChangesNothingAndSeesNobodyElse() {
        Accounts.Account member = program.person(admin.organisation(), Role.MEMBER);
        String theirs = program.token(member);
        String mallory =
                "{\"email\":\"m@example.org\",\"name\":\"M\",\"password\":\"a long password\",\"roles\":[\"ADMIN\"]}";
        assertThat(api("POST", "/api/v1/users", theirs, mallory).statusCode()).isEqualTo(403);
        assertThat(api("PUT", "/api/v1/users/" + member.user() + "/roles", theirs, "{\"roles\":[\"ADMIN\"]}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(Browser.json(api("GET", "/api/v1/users", theirs, "")).path("items"))
                .hasSize(1);
        assertThat(api("GET", "/api/v1/tokens", theirs, "").body())
                .doesNotContain(admin.user().value());
    }

    @Test
    void anAdministratorCannotLockThemselvesOut() {
        assertThat(api("POST", "/api/v1/users/" + admin.user() + "/disable", token, "")
                        .statusCode())
                .isEqualTo(409);
        assertThat(api("PUT", "/api/v1/users/" + admin.user() + "/roles", token, "{\"roles\":[\"MEMBER\"]}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void anotherOrganisationDoesNotExist() {
        String stranger = program.token(program.administrator());
        assertThat(api("POST", "/api/v1/users/" + admin.user() + "/disable", stranger, "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(api("PUT", "/api/v1/users/" + admin.user() + "/roles", stranger, "{\"roles\":[\"MEMBER\"]}")
                        .statusCode())
                .isEqualTo(404);
        String id = Browser.json(api("GET", "/api/v1/tokens", token, ""))
                .at("/items/0/id")
                .asString();
        assertThat(api("DELETE", "/api/v1/tokens/" + id, stranger, "").statusCode())
                .isEqualTo(404);
        assertThat(api("GET", "/api/v1/users", stranger, "").body())
                .doesNotContain(admin.user().value());
        assertThat(api("GET", "/api/v1/me", token, "").statusCode()).isEqualTo(200);
    }

    @Test
    void thePagesHaveTheirHeadersAndTheDataPlaneHasNone() {
        HttpHeaders page = browser.get("/sign-in").headers();
        assertThat(page.firstValue("content-security-policy").orElse("")).contains("frame-ancestors 'none'");
        assertThat(page.map()).containsKeys("x-content-type-options", "referrer-policy");
        assertThat(page.firstValue("set-cookie").orElse("")).contains("XSRF-TOKEN", "SameSite=Lax");
        assertThat(browser.get("/").headers().map()).containsKey("content-security-policy");

        HttpResponse<String> call = browser.get("/v1/models/vendor%3Bmodel", "X-Odd", "caf\u00e9");
        assertThat(call.statusCode()).isEqualTo(401);
        assertThat(call.body()).contains("invalid_api_key");
        assertThat(call.headers().map())
                .doesNotContainKeys("set-cookie", "x-content-type-options", "x-frame-options", "cache-control");
    }

    private HttpResponse<String> api(String method, String path, String bearer, String body) {
        return browser.api(method, path, bearer, body);
    }

    private RequestMappingHandlerMapping mapping() {
        return program.bean(RequestMappingHandlerMapping.class);
    }
}
