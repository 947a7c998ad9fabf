package ai.costauditor.api.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a script needs to know of a running installation; {@code ./auditor status} reads it. */
public final class StatusFile {

    private static final String NAME = "status.env";

    private StatusFile() {}

    static void write(Path data, Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        try {
            DataFolder.writePrivately(data.resolve(NAME), text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void remove(Path data) {
        try {
            Files.deleteIfExists(data.resolve(NAME));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty if nothing runs. */
    public static Map<String, String> read(Path data) {
        Map<String, String> values = new LinkedHashMap<>();
        Path file = data.resolve(NAME);
        if (!Files.exists(file)) {
            return values;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                String quoted = line.substring(equals + 1);
                values.put(
                        line.substring(0, equals),
                        quoted.substring(1, quoted.length() - 1).replace("'\\''", "'"));
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
