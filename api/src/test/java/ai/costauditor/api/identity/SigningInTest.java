package ai.costauditor.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(OutputCaptureExtension.class)
class SigningInTest {

    private static final String SIGNED_IN = Browser.PAGES + "/signed-in";

    private final IdentityForTests program = IdentityForTests.program();
    private final Accounts.Account person = program.administrator();
    private final Browser browser = program.browser();

    @Test
    void aPersonSignsInAndComesBackToWhereTheyWanted(CapturedOutput output) {
        HttpResponse<String> sentAway = browser.authorize(SIGNED_IN, "S256");
        assertThat(sentAway.statusCode()).isEqualTo(302);
        assertThat(location(sentAway)).endsWith("/sign-in");

        HttpResponse<String> signedIn = browser.signIn(person.email(), IdentityForTests.PASSWORD);
        assertThat(location(signedIn)).contains("/oauth2/authorize").contains("code_challenge");

        String code = browser.code();
        Browser.Tokens tokens = Browser.tokens(browser.exchange(code, browser.verifier()));
        HttpResponse<String> me = browser.api("GET", "/api/v1/me", tokens.access(), "");
        assertThat(me.statusCode()).isEqualTo(200);
        assertThat(Browser.json(me).at("/user/id").asString())
                .isEqualTo(person.user().value());
        assertThat(Browser.json(me).at("/organisation/id").asString())
                .isEqualTo(person.organisation().value());
        assertThat(Browser.json(me).at("/environment/mode").asString()).isEqualTo("dev");

        assertThat(output.getAll())
                .doesNotContain(IdentityForTests.PASSWORD, code, tokens.access(), tokens.refresh(), person.password());
    }

    @Test
    void aRefreshTokenIsExchangedOnceAndItsCopyEndsTheSignIn() {
        Browser.Tokens first = browser.tokensOf(person.email(), IdentityForTests.PASSWORD);
        Browser.Tokens second = Browser.tokens(browser.refresh(first.refresh()));
        assertThat(second.refresh()).isNotEmpty().isNotEqualTo(first.refresh());
        assertThat(browser.api("GET", "/api/v1/me", second.access(), "").statusCode())
                .isEqualTo(200);

        assertThat(browser.refresh(first.refresh()).statusCode()).isEqualTo(400);
        assertThat(browser.refresh(second.refresh()).statusCode())
                .as("the thief's and the owner's token both end")
                .isEqualTo(400);
    }

    @Test
    void ofParallelExchangesOneAtMostSucceeds() {
        Browser.Tokens tokens = browser.tokensOf(person.email(), IdentityForTests.PASSWORD);
        List<CompletableFuture<Integer>> answers = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> browser.refresh(tokens.refresh()).statusCode()))
                .limit(6)
                .toList();
        assertThat(answers.stream().map(CompletableFuture::join).filter(status -> status == 200))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void theDatabaseHoldsNoTokenThatWorks() {
        Browser.Tokens tokens = browser.tokensOf(person.email(), IdentityForTests.PASSWORD);
        String row = program.bean(JdbcClient.class)
                .sql("select oauth2_authorization::text from oauth2_authorization where principal_name = ?")
                .param(person.user().value())
                .query(String.class)
                .single();
        assertThat(row).doesNotContain(tokens.access(), tokens.refresh(), tokens.id(), person.password());

        String stored = program.bean(JdbcClient.class)
                .sql("select refresh_token_value from oauth2_authorization where principal_name = ?")
                .param(person.user().value())
                .query(String.class)
                .single();
        assertThat(browser.refresh(stored).statusCode()).isEqualTo(400);
    }

    @Test
    void aCodeWorksOnceAndOnlyWithItsVerifier() {
        browser.signIn(person.email(), IdentityForTests.PASSWORD);
        assertThat(browser.exchange(browser.code(), "x".repeat(50)).statusCode())
                .isEqualTo(400);
        String code = browser.code();
        assertThat(browser.exchange(code, browser.verifier()).statusCode()).isEqualTo(200);
        assertThat(browser.exchange(code, browser.verifier()).statusCode()).isEqualTo(400);
    }

    @Test
    void nobodyIsSentToAnotherSiteAndProofByPlainTextIsRefused() {
        browser.signIn(person.email(), IdentityForTests.PASSWORD);
        assertThat(browser.authorize("https://evil.example/signed-in", "S256").statusCode())
                .isEqualTo(400);
        assertThat(location(browser.authorize(SIGNED_IN, "plain"))).contains("error=invalid_request");
    }

    @Test
    void anIdTokenIsNoAccessToken() {
        Browser.Tokens tokens = browser.tokensOf(person.email(), IdentityForTests.PASSWORD);
        assertThat(browser.api("GET", "/api/v1/me", tokens.id(), "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressLookTheSame() {
        HttpResponse<String> wrong = browser.signIn(person.email(), "not the password");
        HttpResponse<String> unknown = browser.signIn("nobody@example.org", "not the password");
        assertThat(location(wrong)).endsWith("/sign-in?error");
        assertThat(location(unknown)).isEqualTo(location(wrong));
        assertThat(unknown.body()).isEqualTo(wrong.body());
    }

    @Test
    void afterFiveWrongPasswordsTheRightOneHasToWait() {
        for (int i = 0; i < 5; i++) {
            browser.signIn(person.email(), "not the password");
        }
        assertThat(location(browser.signIn(person.email(), IdentityForTests.PASSWORD)))
                .endsWith("/sign-in?error");

        program.bean(JdbcClient.class)
                .sql("update account set locked_until = now() where user_id = ?")
                .param(person.user().value())
                .update();
        assertThat(location(browser.signIn(person.email(), IdentityForTests.PASSWORD)))
                .doesNotContain("error");
    }

    @Test
    void theFormIsOnlyTakenFromItsOwnPage() {
        browser.get("/sign-in");
        Map<String, String> fields = Map.of("username", person.email(), "password", IdentityForTests.PASSWORD);
        assertThat(browser.form("/sign-in", fields).statusCode()).isEqualTo(403);
        assertThat(browser.form("/sign-out", Map.of()).statusCode()).isEqualTo(403);
    }

    @Test
    void whoSignsOutCannotRefresh() {
        Browser.Tokens tokens = browser.tokensOf(person.email(), IdentityForTests.PASSWORD);
        browser.get("/summary");
        browser.form("/sign-out", Map.of("_csrf", browser.cookie("XSRF-TOKEN")));
        assertThat(browser.refresh(tokens.refresh()).statusCode()).isEqualTo(400);
        assertThat(location(browser.authorize(SIGNED_IN, "S256"))).endsWith("/sign-in");
    }

    @Test
    void thePagesCanRevokeTheirOwnRefreshToken() {
        Browser.Tokens tokens = browser.tokensOf(person.email(), IdentityForTests.PASSWORD);
        HttpResponse<String> answer =
                browser.form("/oauth2/revoke", Map.of("client_id", "auditor-ui", "token", tokens.refresh()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(browser.refresh(tokens.refresh()).statusCode()).isEqualTo(400);
    }

    @Test
    void aNewPasswordEndsEverySignIn() {
        Browser.Tokens tokens = browser.tokensOf(person.email(), IdentityForTests.PASSWORD);
        Browser other = program.browser();
        Browser.Tokens stolen = other.tokensOf(person.email(), IdentityForTests.PASSWORD);
        String change = "{\"old_password\":\"%s\",\"new_password\":\"another long password\"}"
                .formatted(IdentityForTests.PASSWORD);
        assertThat(browser.api("PUT", "/api/v1/me/password", tokens.access(), change)
                        .statusCode())
                .isEqualTo(204);

        assertThat(other.refresh(stolen.refresh()).statusCode()).isEqualTo(400);
        assertThat(Browser.tokens(other.exchange(other.code(), other.verifier()))
                        .access())
                .as("the old session gives no new tokens")
                .isEmpty();
        assertThat(location(browser.signIn(person.email(), "another long password")))
                .doesNotContain("error");
    }

    @Test
    void whoIsDisabledIsOutWithTheNextRequest() {
        Accounts.Account member = program.person(person.organisation(), Role.MEMBER);
        Browser.Tokens tokens = browser.tokensOf(member.email(), IdentityForTests.PASSWORD);
        String script = program.token(member);
        String disable = "/api/v1/users/" + member.user() + "/disable";
        assertThat(browser.api("POST", disable, program.token(person), "").statusCode())
                .isEqualTo(204);

        assertThat(browser.api("GET", "/api/v1/me", tokens.access(), "").statusCode())
                .isEqualTo(401);
        assertThat(browser.api("GET", "/api/v1/me", script, "").statusCode()).isEqualTo(401);
        assertThat(browser.refresh(tokens.refresh()).statusCode()).isEqualTo(400);
        assertThat(location(browser.signIn(member.email(), IdentityForTests.PASSWORD)))
                .endsWith("/sign-in?error");
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }
}
