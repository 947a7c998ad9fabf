package ai.costauditor.ledger.store;

import java.util.Map;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/** Events as JSON under their stored names. */
public final class EventJson extends Jackson3Serializer {

    private static final String META_DATA = MetaData.class.getName();

    private final Map<String, Class<?>> snapshots;

    private EventJson(Builder builder, Map<String, Class<?>> snapshots) {
        super(builder);
        this.snapshots = snapshots;
    }

    /** For events alone. */
    public static EventJson create() {
        return create(Map.of());
    }

    /** @param snapshots formats of state by their stored names */
    static EventJson create(Map<String, Class<?>> snapshots) {
        return new EventJson(builder().jsonMapperBuilderCustomizer(EventJson::stable), snapshots);
    }

    /** For what Axon stores about itself, tracking tokens above all. */
    static Jackson3Serializer forTokens() {
        return builder()
                .jsonMapperBuilderCustomizer(EventJson::allowAxonsTokens)
                .build();
    }

    /** The same bytes for the same event, whatever the order of a map or of the fields in a class. */
    static void stable(JsonMapper.Builder json) {
        json.enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /** Without this a replay token cannot be written, so the first replay of a store that is not empty fails. */
    static void allowAxonsTokens(JsonMapper.Builder json) {
        json.polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder()
                .allowIfSubType("org.axonframework.")
                .allowIfSubType("java.util.")
                .build());
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the object that the text was made from
    public <S, T> T deserialize(SerializedObject<S> text) {
        if (text instanceof RecentEvents.Parsed parsed) {
            return (T) parsed.object;
        }
        return isEmptyMetaData(text) ? (T) MetaData.emptyInstance() : super.deserialize(text);
    }

    /** As that of nearly every event is. */
    private static boolean isEmptyMetaData(SerializedObject<?> text) {
        return "{}".equals(text.getData()) && META_DATA.equals(text.getType().getName());
    }

    @Override
    public SerializedType typeForClass(@SuppressWarnings("rawtypes") @Nullable Class type) {
        String name = type == null ? null : nameOf(type);
        return name == null ? super.typeForClass(type) : new SimpleSerializedType(name, EventCatalogue.REVISION);
    }

    private @Nullable String nameOf(Class<?> type) {
        String event = EventCatalogue.nameOf(type);
        return event != null
                ? event
                : snapshots.entrySet().stream()
                        .filter(snapshot -> snapshot.getValue().equals(type))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(null);
    }

    @Override
    protected String resolveClassName(SerializedType stored) {
        Class<?> event = EventCatalogue.classOf(stored.getName());
        Class<?> type = event != null ? event : snapshots.get(stored.getName());
        return type == null ? stored.getName() : type.getName();
    }
}
