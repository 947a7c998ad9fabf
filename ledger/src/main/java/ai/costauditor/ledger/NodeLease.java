package ai.costauditor.ledger;

/** This process, as the others know it: a hold names the process that forwards its call. */
public interface NodeLease {

    /** Another one after every start. When its heartbeat stops, the holds that name it are ended. */
    String node();
}
