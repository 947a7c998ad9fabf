package ai.costauditor.ledger.store;

import ai.costauditor.ledger.Command;
import java.util.List;

/** Something that has to be decided when all commands of a batch have been, in the same transaction. */
public interface EndOfBatch {

    List<Command<?>> commands();
}
