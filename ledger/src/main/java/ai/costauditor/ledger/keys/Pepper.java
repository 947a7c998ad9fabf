package ai.costauditor.ledger.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Reads the server's pepper from its setting. */
final class Pepper {

    private Pepper() {}

    static byte[] from(@Nullable String setting) {
        if (setting == null || setting.isBlank()) {
            throw new IllegalArgumentException(
                    "auditor.secrets.pepper is missing: at least 32 random bytes as hex or base64, or file:<path>");
        }
        return setting.startsWith("file:")
                ? fromFile(Path.of(setting.substring("file:".length())))
                : decode(setting.strip());
    }

    private static byte[] fromFile(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
            return text.matches("[0-9A-Za-z+/=:_-]{43,}") ? decode(text) : bytes;
        } catch (IOException e) {
            throw new IllegalArgumentException("the pepper cannot be read from " + file, e);
        }
    }

    private static byte[] decode(String text) {
        if (text.startsWith("hex:")) {
            return HexFormat.of().parseHex(text.substring("hex:".length()));
        }
        if (text.startsWith("base64:")) {
            return Base64.getDecoder().decode(text.substring("base64:".length()));
        }
        boolean isHex = text.length() % 2 == 0 && text.matches("[0-9a-fA-F]+");
        try {
            return isHex ? HexFormat.of().parseHex(text) : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("auditor.secrets.pepper is neither hex nor base64", e);
        }
    }
}
