package ai.costauditor.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A peer that could not be installed or started: a row of the table that says why. */
final class NotRunning extends IOException {

    private static final long serialVersionUID = 1;

    private static final int LINES = 8;

    NotRunning(String why, Path log) throws IOException {
        super(why + end(log));
    }

    private static String end(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return ": " + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }
}
