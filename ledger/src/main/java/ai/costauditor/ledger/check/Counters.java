package ai.costauditor.ledger.check;

import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Amounts by scope, window and the window's start. */
public final class Counters {

    /** One counter. */
    public record Place(String scope, Window window, Instant start) {

        Place of(String otherScope) {
            return new Place(otherScope, window, start);
        }

        @Override
        public String toString() {
            return scope + ", " + window.storedName() + (window == Window.TOTAL ? "" : " from " + start);
        }
    }

    private final Map<String, Map<Window, NavigableMap<Instant, Amounts>>> scopes = new HashMap<>();

    /** In every window that holds the moment. */
    public void add(String scope, ZoneId zone, Instant at, Amounts change) {
        for (Window window : Window.values()) {
            add(new Place(scope, window, window.start(at, zone)), change);
        }
    }

    public void add(Place place, Amounts change) {
        windows(place.scope(), place.window()).merge(place.start(), change, Amounts::plus);
    }

    public void set(Place place, Amounts amounts) {
        windows(place.scope(), place.window()).put(place.start(), amounts);
    }

    public void forget(String scope) {
        scopes.remove(scope);
    }

    public Amounts get(Place place) {
        return windows(place.scope(), place.window()).getOrDefault(place.start(), Amounts.NOTHING);
    }

    /** Takes the counter out; nothing if it was never touched. */
    public @org.jspecify.annotations.Nullable Amounts take(Place place) {
        return windows(place.scope(), place.window()).remove(place.start());
    }

    public NavigableMap<Instant, Amounts> windows(String scope, Window window) {
        return scopes.computeIfAbsent(scope, id -> new EnumMap<>(Window.class))
                .computeIfAbsent(window, w -> new TreeMap<>());
    }

    public void places(String scope, Consumer<Place> consumer) {
        for (Window window : Window.values()) {
            windows(scope, window).keySet().forEach(start -> consumer.accept(new Place(scope, window, start)));
        }
    }

    public void places(Consumer<Place> consumer) {
        scopes.forEach((scope, windows) -> windows.forEach((window, starts) ->
                starts.keySet().forEach(start -> consumer.accept(new Place(scope, window, start)))));
    }
}
