package ai.costauditor.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of a secret from its setting: {@code hex:…}, {@code base64:…}, or {@code file:…} with the path of a file
 * that contains either or the bytes themselves; text without a prefix is read as hex if it can be, else as base64.
 */
public final class SecretSetting {

    private SecretSetting() {}

    /** @throws IllegalArgumentException if there is none or it cannot be read; the text says which, never what */
    public static byte[] read(String name, @Nullable String setting) {
        if (setting == null || setting.isBlank()) {
            throw new IllegalArgumentException(
                    name + " is missing: at least 32 random bytes as hex or base64, or file:<path>");
        }
        return setting.startsWith("file:")
                ? fromFile(name, Path.of(setting.substring("file:".length())))
                : decode(name, setting.strip());
    }

    private static byte[] fromFile(String name, Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
            return text.matches("[0-9A-Za-z+/=:_-]{43,}") ? decode(name, text) : bytes;
        } catch (IOException e) {
            throw new IllegalArgumentException(name + " cannot be read from " + file, e);
        }
    }

    private static byte[] decode(String name, String text) {
        boolean isHex = text.length() % 2 == 0 && text.matches("[0-9a-fA-F]+");
        try {
            if (text.startsWith("hex:")) {
                return HexFormat.of().parseHex(text.substring("hex:".length()));
            }
            if (text.startsWith("base64:")) {
                return Base64.getDecoder().decode(text.substring("base64:".length()));
            }
            return isHex ? HexFormat.of().parseHex(text) : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is neither hex nor base64", e);
        }
    }
}
