package ai.costauditor.ledger.faults;

/** What can happen. */
enum Fault {
    PROCESS_KILLED("kill -9 of one of the two processes"),
    POSTGRES_KILLED("kill -9 of the postmaster"),
    CONNECTIONS_CUT("all connections cut"),
    COMMITS_LOST("every third COMMIT cut before the server saw it"),
    ANSWERS_LOST("every third COMMIT done and cut before its answer"),
    COMMIT_HELD_UP("a COMMIT that arrives after its caller has gone"),
    SERVER_SILENT("no byte arrives for a while, and no connection ends"),
    SERVER_AWAY("no connection can be made for a while"),
    MESSAGES_SLOW("every message takes a while"),
    TRANSACTION_OPEN("a foreign transaction is held open over the next event of a hot key");

    final String description;

    Fault(String description) {
        this.description = description;
    }

    boolean isKill() {
        return this == PROCESS_KILLED || this == POSTGRES_KILLED;
    }
}
