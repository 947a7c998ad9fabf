package ai.costauditor.projections.usage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/** Where a page ended: time and id together are unique, and what is new does not move it. */
record Place(Instant at, String id) {

    static Place before(Instant end) {
        return new Place(end, "");
    }

    /** @throws Calls.NotAPlace if the text is not from {@link #text} */
    static Place of(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
            return new Place(Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS), parts[1]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new Calls.NotAPlace(e);
        }
    }

    String text() {
        String plain = ChronoUnit.MICROS.between(Instant.EPOCH, at) + " " + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }
}
