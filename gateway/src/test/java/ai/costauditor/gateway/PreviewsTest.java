package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.BY_ADA;
import static ai.costauditor.gateway.GatewayForTests.RESEARCH;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Policy.Enforcement;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationCommand.EraseText;
import ai.costauditor.ledger.previews.PreviewVault;
import java.net.http.HttpResponse;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Text of calls that a policy lets us keep. */
@NullUnmarked
class PreviewsTest {

    private final GatewayForTests gateway = GatewayForTests.shared();

    @Test
    void nothingIsKeptUnlessAPolicySaysSo() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        CallId call = call(gateway.post(Chats.PATH, gateway.key(), Chats.question("")));
        assertThat(read(call)).isNull();
    }

    @Test
    void requestAndAnswerAreKeptBlackedOutAndCutAndTheRecordHasTheirHashes() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        GatewayForTests.Key key = gateway.key(keeping(60));

        CallId call = call(gateway.post(
                Chats.PATH,
                key,
                asking("Write to ada@example.org with card 4111 1111 1111 1111. " + "x ".repeat(500))));

        PreviewVault.Text text = read(call);
        assertThat(text.request())
                .startsWith("Write to [email] with card [card]. x x")
                .hasSize(60);
        assertThat(Chats.answer()).contains(text.answer());
        assertThat(text.answer()).isNotEmpty();
        assertThat(gateway.end(key).at("/request/preview").asString()).matches("[0-9a-f]{64}");
        assertThat(gateway.end(key).at("/end/preview").asString()).matches("[0-9a-f]{64}");
    }

    @Test
    void theTextOfAStreamIsJoined() throws Exception {
        gateway.upstream.answerEvents(
                Chats.text("Good ") + Chats.text("morning") + Chats.finish() + Chats.usageChunk() + Chats.done());
        CallId call = call(gateway.post(Chats.PATH, gateway.key(keeping(100)), Chats.question(",\"stream\":true")));
        assertThat(read(call).answer()).isEqualTo("Good morning");
    }

    @Test
    void theTextOfACallThatIsRefusedIsNotKept() throws Exception {
        Policy policy = Policy.enforcing(Enforcement.STRICT)
                .allowedModels("none")
                .previews(previews(100))
                .build();
        CallId call = call(gateway.post(Chats.PATH, gateway.key(policy), Chats.question("")));
        assertThat(read(call)).isNull();
    }

    @Test
    void erasedTextCanBeReadByNobodyAndTheRecordSaysWho() throws Exception {
        gateway.bean(Ledger.class)
                .execute(new CreateOrganisation(RESEARCH.organisation(), "Research", "EUR", ZoneId.of("UTC"), BY_ADA));
        gateway.upstream.answerJson(200, Chats.answer());
        GatewayForTests.Key key = gateway.key(keeping(100));
        GatewayForTests.Key other = gateway.key(keeping(100));
        CallId erased = call(gateway.post(Chats.PATH, key, Chats.question("")));
        CallId stays = call(gateway.post(Chats.PATH, other, Chats.question("")));

        gateway.bean(Ledger.class)
                .execute(new EraseText(RESEARCH.organisation(), key.id().value(), BY_ADA));

        assertThat(read(erased)).isEqualTo(new PreviewVault.Text(null, null, true));
        assertThat(read(stays).request()).isNotEmpty();
        CallId after = call(gateway.post(Chats.PATH, key, Chats.question("")));
        assertThat(read(after).request()).as("under a new key").isNotEmpty();
    }

    @Test
    void anotherOrganisationReadsNothing() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        CallId call = call(gateway.post(Chats.PATH, gateway.key(keeping(100)), Chats.question("")));
        assertThat(gateway.bean(PreviewVault.class)
                        .read(ai.costauditor.ledger.organisations.OrganisationId.next(), call))
                .isNull();
    }

    static Policy keeping(int length) {
        return Policy.enforcing(Enforcement.STRICT).previews(previews(length)).build();
    }

    private static Previews previews(int length) {
        return new Previews(length, List.of(Previews.Redaction.values()), List.of("ADMIN"));
    }

    static String asking(String text) {
        return "{\"model\":\"gpt-4o-mini\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"" + text
                + "\"}]}";
    }

    private PreviewVault.Text read(CallId call) {
        return gateway.bean(PreviewVault.class).read(RESEARCH.organisation(), call);
    }

    private static CallId call(HttpResponse<String> answer) {
        return new CallId(answer.headers().firstValue("x-auditor-call-id").orElseThrow());
    }
}
