package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.SecretSetting;
import org.jspecify.annotations.Nullable;

/** Reads the server's pepper from its setting. */
final class Pepper {

    private Pepper() {}

    static byte[] from(@Nullable String setting) {
        return SecretSetting.read("auditor.secrets.pepper", setting);
    }
}
