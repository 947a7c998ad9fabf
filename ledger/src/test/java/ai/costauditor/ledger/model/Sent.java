package ai.costauditor.ledger.model;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A command and its answer. */
record Sent(Command<?> command, CompletableFuture<?> answer) {

    /** All commands of a round, in the order in which the writer takes them: they go to its queue one at a time. */
    static final class Order {

        private final Ledger ledger;
        private List<Sent> sent = new ArrayList<>();

        Order(Ledger ledger) {
            this.ledger = ledger;
        }

        /** Does not wait for the answer, so that many meet in one batch. */
        synchronized CompletableFuture<?> send(Command<?> command) {
            CompletableFuture<?> answer = ledger.submit(command);
            sent.add(new Sent(command, answer));
            return answer;
        }

        synchronized List<Sent> take() {
            List<Sent> taken = sent;
            sent = new ArrayList<>();
            return taken;
        }
    }
}
