package ai.costauditor.projections;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Many rows in one statement: each column travels as one array, so the statement is the same, and prepared once, however
 * many rows there are.
 */
public final class Rows {

    /** Types as PostgreSQL calls them, and what Java gives for them. */
    public enum Type {
        TEXT("text", String.class),
        BIGINT("int8", Long.class),
        INTEGER("int4", Integer.class),
        BOOLEAN("bool", Boolean.class),
        NUMERIC("numeric", BigDecimal.class),
        TIME("timestamptz", Instant.class),
        /** As text on its way. */
        JSON("jsonb", String.class);

        private final String sql;
        private final Class<?> given;

        Type(String sql, Class<?> given) {
            this.sql = sql;
            this.given = given;
        }

        /** Of the very type, because the driver sends an array of strings or longs in binary. */
        private Object[] typed(@Nullable Object[] values) {
            Class<?> type = this == TIME ? String.class : given;
            Object[] empty = (Object[]) java.lang.reflect.Array.newInstance(type, 0);
            return Arrays.asList(values).toArray(empty);
        }

        private String wire() {
            return this == JSON ? TEXT.sql : sql;
        }
    }

    /** The columns of the statement, in its order. */
    public static final class Columns {
        private final Map<String, Type> types = new LinkedHashMap<>();

        public Columns add(Type type, String... names) {
            for (String name : names) {
                types.put(name, type);
            }
            return this;
        }

        public List<String> names() {
            return List.copyOf(types.keySet());
        }
    }

    private final List<Type> types;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final String sql;

    /** @param onConflict the rest of the statement, such as {@code on conflict do nothing}; empty for none */
    public Rows(String table, Columns columns, String onConflict) {
        this.types = List.copyOf(columns.types.values());
        columns.types.keySet().forEach(name -> places.put(name, places.size()));
        this.sql = "insert into %s (%s) select %s from unnest(%s) as given (%s) %s"
                .formatted(
                        table,
                        String.join(", ", quoted(columns)),
                        columns.types.entrySet().stream()
                                .map(c -> '"' + c.getKey() + '"' + (c.getValue() == Type.JSON ? "::jsonb" : ""))
                                .collect(Collectors.joining(", ")),
                        types.stream().map(type -> "?::" + type.wire() + "[]").collect(Collectors.joining(", ")),
                        String.join(", ", quoted(columns)),
                        onConflict);
    }

    private static List<String> quoted(Columns columns) {
        return columns.types.keySet().stream().map(name -> '"' + name + '"').toList();
    }

    /** One row to be filled; what is not set is null. */
    public Row row() {
        return new Row();
    }

    public final class Row {
        private final @Nullable Object[] values = new Object[types.size()];

        public Row set(String column, @Nullable Object value) {
            Integer place = places.get(column);
            if (place == null) {
                throw new IllegalArgumentException("no column " + column);
            }
            if (value != null && !types.get(place).given.isInstance(value)) {
                throw new IllegalArgumentException(column + " cannot be " + value.getClass());
            }
            values[place] = value;
            return this;
        }
    }

    public void write(JdbcOperations database, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        database.execute((Connection connection) -> prepare(connection, rows), (PreparedStatement statement) -> {
            return statement.executeUpdate();
        });
    }

    /**
     * As objects first: one loop that fills arrays of many types is compiled again and again, because the compiler bets on
     * one of them.
     */
    private static @Nullable Object[] values(List<Row> rows, int column) {
        @Nullable Object[] values = new Object[rows.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = rows.get(i).values[column];
            values[i] = value instanceof Instant instant ? instant.toString() : value;
        }
        return values;
    }

    private PreparedStatement prepare(Connection connection, List<Row> rows) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        List<Array> arrays = new ArrayList<>();
        for (int column = 0; column < types.size(); column++) {
            Type type = types.get(column);
            Array array = connection.createArrayOf(type.wire(), type.typed(values(rows, column)));
            arrays.add(array);
            statement.setArray(column + 1, array);
        }
        return statement;
    }
}
