package ai.costauditor.ledger.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One invariant: what was compared, and what differs. */
public final class Line {

    /** So many differences are named; the others are counted. */
    public static final int NAMED = 20;

    private final String name;
    private final Map<String, Long> compared = new LinkedHashMap<>();
    private final List<String> first = new ArrayList<>();
    private long differences;

    public Line(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** @param what in the plural: it is said with its number */
    public void compared(String what) {
        compared(what, 1);
    }

    public void compared(String what, long number) {
        compared.merge(what, number, Long::sum);
    }

    /** @param what names where it is, and both values */
    public void differs(String what) {
        differences++;
        if (first.size() < NAMED) {
            first.add(what);
        }
    }

    public Map<String, Long> compared() {
        return Collections.unmodifiableMap(compared);
    }

    public long differences() {
        return differences;
    }

    /** The first differences. */
    public List<String> first() {
        return Collections.unmodifiableList(first);
    }

    public boolean isFine() {
        return differences == 0;
    }

    @Override
    public String toString() {
        return name + " " + compared + (isFine() ? "" : " differs: " + first);
    }
}
