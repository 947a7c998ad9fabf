package ai.costauditor.projections;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param next what to pass as {@code after} to read on; none on the last page */
public record Page<T>(List<T> items, @Nullable String next) {}
