package ai.costauditor.ledger.check;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What organisations pay, as charges look it up, is what the record says. */
final class PriceBooks implements Examination {

    private final Line line = new Line("price books");
    private final Map<String, ObjectNode> expected = new TreeMap<>();
    private final @Nullable String organisation;

    PriceBooks(@Nullable String organisation) {
        this.organisation = organisation;
    }

    @Override
    public void see(StoredEvent event, Effect effect) {
        try {
            read(event);
        } catch (Fields.Unreadable e) {
            line.differs(event + " cannot be read: " + e.getMessage());
        }
    }

    private void read(StoredEvent event) {
        switch (event.type()) {
            case "prices.Set" -> {
                Fields set = Fields.of(event.payload());
                String id = set.in("rule").text("id");
                ObjectNode entry = expect(set, "rule", id);
                entry.set("rule", set.any("rule"));
                entry.set("confirmed", set.any("confirmed"));
                entry.set("by", set.any("change"));
            }
            case "prices.Ended" -> {
                Fields ended = Fields.of(event.payload());
                ObjectNode entry = expected.get(place(ended.text("organisation"), "rule", ended.text("price")));
                if (entry == null || !(entry.get("rule") instanceof ObjectNode rule)) {
                    line.differs(event + " ends a price that was never set");
                    return;
                }
                rule.set("until", ended.any("until"));
                entry.set("endedBy", ended.any("change"));
            }
            case "prices.ListImported" -> {
                Fields list = Fields.of(event.payload());
                ObjectNode entry = expect(list, "list", list.text("version"));
                entry.set("version", list.any("version"));
                entry.set("from", list.any("from"));
                entry.set("list", list.any("list"));
                entry.set("by", list.any("change"));
            }
            default -> {
                // About no price.
            }
        }
    }

    private ObjectNode expect(Fields event, String kind, String id) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        expected.put(place(event.text("organisation"), kind, id), entry);
        return entry;
    }

    private static String place(String organisation, String kind, String id) {
        return kind + " " + id + " of " + organisation;
    }

    @Override
    public void end(Store store) {
        store.query("select organisation, kind, id, entry from directory_price order by organisation, place", row -> {
            if (organisation == null || organisation.equals(row.getString("organisation"))) {
                line.compared("prices and lists");
                String place = place(row.getString("organisation"), row.getString("kind"), row.getString("id"));
                say(place, expected.remove(place), entry(row.getString("entry")));
            }
        });
        expected.forEach((place, entry) -> say(place, entry, null));
    }

    /** Without what is not there: as the record has it. */
    private static JsonNode entry(String text) {
        return ((ObjectNode) Fields.of(text).node()).removeIf(JsonNode::isNull);
    }

    private void say(String place, @Nullable JsonNode recorded, @Nullable JsonNode kept) {
        if (!Objects.equals(recorded, kept)) {
            line.differs("the price book has for the " + place + " " + shown(kept) + ", the record " + shown(recorded));
        }
    }

    private static String shown(@Nullable JsonNode entry) {
        return entry == null ? "nothing" : entry.toString();
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
