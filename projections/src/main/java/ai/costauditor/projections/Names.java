package ai.costauditor.projections;

/** What the teams, projects, keys and users of an organisation are called now: names stay out of the read models. */
@FunctionalInterface
public interface Names {

    /** The name, or the id itself where there is none. */
    String of(String id);
}
