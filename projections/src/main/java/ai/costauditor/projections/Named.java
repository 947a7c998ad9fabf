package ai.costauditor.projections;

/** A team, a project, a user or a key. */
public record Named(String id, String name) {

    public static Named of(String id, Names names) {
        return new Named(id, names.of(id));
    }
}
