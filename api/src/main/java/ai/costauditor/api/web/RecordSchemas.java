package ai.costauditor.api.web;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.lang.reflect.RecordComponent;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Describes our records by what the compiler knows of them: a component without {@code @Nullable} is always there, one
 * with it may be null, and a number that travels as a string is a string.
 */
class RecordSchemas extends ModelResolver {

    private final Map<String, String> named = new ConcurrentHashMap<>();
    private final Set<String> collisions = new ConcurrentSkipListSet<>();

    RecordSchemas(ObjectMapper mapper) {
        super(mapper);
    }

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Class<?> raw = rawClass(type);
        if (raw == Money.class) {
            return text().format("decimal").example("0.000123");
        }
        if (raw == ZoneId.class) {
            return text().example("Europe/Berlin");
        }
        if (raw == YearMonth.class) {
            return text().example("2026-03");
        }
        Schema<?> resolved = super.resolve(type, context, chain);
        if (resolved != null && raw != null && raw.isRecord()) {
            String name = resolved.get$ref() == null
                    ? resolved.getName()
                    : resolved.get$ref().substring(resolved.get$ref().lastIndexOf('/') + 1);
            describes(name, _mapper.constructType(type.getType()));
            Schema<?> model = resolved.get$ref() == null
                    ? resolved
                    : context.getDefinedModels().get(name);
            if (model != null && model.getProperties() != null) {
                describe(raw, model);
            }
        }
        return resolved;
    }

    private void describes(@Nullable String name, JavaType type) {
        String other = name == null ? null : named.putIfAbsent(name, type.toCanonical());
        if (other != null && !other.equals(type.toCanonical())) {
            collisions.add(name + " is " + other + " and " + type.toCanonical());
        }
    }

    /**
     * Schemas are named by simple names: of two records with one, the later silently takes the earlier's place.
     *
     * @throws IllegalStateException if that has happened, with the names of both
     */
    void requireOneRecordPerName() {
        if (!collisions.isEmpty()) {
            throw new IllegalStateException(
                    "one schema for two records, of which one needs another name: " + collisions);
        }
    }

    private @Nullable Class<?> rawClass(AnnotatedType type) {
        if (type.getType() == null) {
            return null;
        }
        JavaType java = _mapper.constructType(type.getType());
        return java.getRawClass();
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static void describe(Class<?> type, Schema model) {
        Map<String, Schema> properties = model.getProperties();
        Set<String> required = new LinkedHashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = given == null ? SnakeCase.path(component.getName()) : given.value();
            Schema property = properties.get(name);
            if (property == null) {
                continue;
            }
            JsonFormat format = component.getAccessor().getAnnotation(JsonFormat.class);
            if (format != null && format.shape() == JsonFormat.Shape.STRING) {
                property = text().format("decimal");
                properties.put(name, property);
            }
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                properties.put(name, orNull(property));
            } else {
                required.add(name);
            }
        }
        model.setRequired(new ArrayList<>(required));
    }

    /** Its set of types can be changed, as the describing library does where a parameter may not be missing. */
    static Schema<?> text() {
        return new StringSchema().types(new LinkedHashSet<>(Set.of("string")));
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static Schema orNull(Schema property) {
        if (property.getAnyOf() != null) {
            return property;
        }
        if (property.get$ref() != null || property.getEnum() != null) {
            return new JsonSchema().anyOf(List.of(property, new JsonSchema().types(Set.of("null"))));
        }
        Set<String> types = new LinkedHashSet<>(property.getTypes() == null ? Set.of() : property.getTypes());
        if (property.getType() != null) {
            types.add(property.getType());
        }
        types.add("null");
        property.setTypes(types);
        return property;
    }
}
