package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A request body that was read once from front to back: where its top-level fields stand, how much there is to read in them,
 * and what they hash to. Nothing is copied and no tree is built, so a body of many megabytes costs no more than its bytes.
 */
public final class RequestBody {

    private static final JsonFactory FACTORY = new JsonFactory();

    /** What may differ between two requests for the same answer. */
    private static final Set<String> NOT_THE_QUESTION = Set.of(
            "stream",
            "stream_options",
            "user",
            "safety_identifier",
            "metadata",
            "store",
            "service_tier",
            "serviceTier",
            "performanceConfig",
            "labels",
            "requestMetadata",
            "prompt_cache_key",
            "prompt_cache_retention");

    /** How a form says yes and no. */
    private static final Map<String, Boolean> FLAGS = Map.of("true", true, "1", true, "false", false, "0", false);

    /** Small fields that are looked into; a larger one is nobody's stream option or metadata. */
    private static final int SMALL = 16 * 1024;

    /**
     * One top-level field.
     *
     * @param from offset of the value's first byte
     * @param to offset behind the value's last byte
     * @param text of a string or number, as decoded
     * @param tokenBound more tokens than a model can read of it, {@link TokenBound#UNBOUNDED} if it refers to something else
     * @param textBytes UTF-8 bytes of its strings
     * @param types values of the {@code type} properties of the objects directly in it
     * @param names of the properties of itself and of the objects directly in it
     * @param digest of its content, without regard to white space
     */
    record Field(
            int from,
            int to,
            JsonToken token,
            @Nullable String text,
            long tokenBound,
            long textBytes,
            List<String> types,
            Set<String> names,
            byte[] digest) {}

    /** Of requests that have none. */
    public static final RequestBody NONE =
            new RequestBody("{}".getBytes(StandardCharsets.UTF_8), Map.of(), null, false);

    private final byte[] bytes;
    private final Map<String, Field> fields;
    private final @Nullable String modelOfPath;
    private final boolean form;

    private RequestBody(byte[] bytes, Map<String, Field> fields, @Nullable String modelOfPath, boolean form) {
        this.bytes = bytes;
        this.fields = fields;
        this.modelOfPath = modelOfPath;
        this.form = form;
    }

    /** @param fields of a form, whose values are all text, or files */
    static RequestBody ofForm(byte[] bytes, Map<String, Field> fields) {
        return new RequestBody(bytes, fields, null, true);
    }

    /**
     * @throws BadRequest if it is no JSON object in UTF-8, or names a field twice: the provider might read the other one
     */
    public static RequestBody read(byte[] bytes) {
        Map<String, Field> fields = new TreeMap<>();
        MessageDigest digest = FieldReader.digest();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT || offset(parser) < 0) {
                throw new BadRequest("the request body is not a JSON object in UTF-8");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (fields.put(name, new FieldReader(parser, name, digest).read()) != null) {
                    throw new BadRequest("the parameter '" + name + "' occurs twice");
                }
            }
            if (parser.nextToken() != null) {
                throw new BadRequest("the request body goes on behind the JSON object");
            }
        } catch (JacksonException e) {
            throw new BadRequest("the request body is not JSON that can be read" + place(e.getLocation()));
        }
        return new RequestBody(bytes, fields, null, false);
    }

    /** The same body, of a request whose path names the model. */
    public RequestBody of(String model) {
        return new RequestBody(bytes, fields, model, form);
    }

    private static String place(@Nullable TokenStreamLocation at) {
        return at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    }

    static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    public byte[] bytes() {
        return bytes;
    }

    /** By name, in alphabetical order. */
    Map<String, Field> fields() {
        return fields;
    }

    @Nullable Field field(String name) {
        Field field = fields.get(name);
        return field == null || field.token == JsonToken.VALUE_NULL ? null : field;
    }

    boolean has(String name) {
        return field(name) != null;
    }

    void require(String name) {
        if (!has(name)) {
            throw new BadRequest("missing required parameter: '" + name + "'");
        }
    }

    /** The value of a string field. */
    public @Nullable String string(String name) {
        Field field = field(name);
        return field != null && field.token == JsonToken.VALUE_STRING ? field.text : null;
    }

    /** A small field as a tree; missing if it is not there or too large to be what it should be. */
    public JsonNode small(String name) {
        Field field = field(name);
        return field == null || field.to - field.from > SMALL
                ? MissingNode.getInstance()
                : Json.parse(bytes, field.from, field.to - field.from);
    }

    /** Text of a header that should be a small JSON object; missing if it is not. */
    public static JsonNode object(String text) {
        return text.length() > SMALL ? MissingNode.getInstance() : Json.parse(text);
    }

    boolean isForm() {
        return form;
    }

    /** The wanted properties of each object in a list, however large the others are; nothing if it is no list. */
    List<JsonNode> objects(String name, Set<String> wanted) {
        Field field = field(name);
        return field == null || field.token != JsonToken.START_ARRAY
                ? List.of()
                : Json.objects(bytes, field.from, field.to - field.from, wanted);
    }

    /** How many elements a list has; 0 if it is none. */
    int lengthOf(String name) {
        Field field = field(name);
        return field == null || field.token != JsonToken.START_ARRAY ? 0 : Json.length(bytes, name);
    }

    /** How many elements a list has that are no numbers. */
    int stringsOf(String name) {
        Field field = field(name);
        if (field == null || field.token != JsonToken.START_ARRAY) {
            return 0;
        }
        return (int) Json.parse(bytes, field.from, field.to - field.from)
                .valueStream()
                .filter(element -> !element.isNumber())
                .count();
    }

    /** All fields that a form has under one name, such as {@code image[]}. */
    List<Field> parts(String name) {
        return fields.entrySet().stream()
                .filter(field -> field.getKey().equals(name) || field.getKey().startsWith(name + Multipart.REPEATED))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** @throws BadRequest if there is none */
    String model() {
        String model = modelOfPath == null ? string("model") : modelOfPath;
        if (model == null || model.isBlank()) {
            throw new BadRequest("you must provide a model parameter");
        }
        if (model.length() > 256 || model.chars().anyMatch(c -> c < ' ')) {
            throw new BadRequest("the model parameter is no name of a model");
        }
        return model;
    }

    boolean flag(String name) {
        Field field = field(name);
        if (field == null) {
            return false;
        }
        Boolean said = form && field.text != null ? FLAGS.get(field.text.toLowerCase(Locale.ROOT)) : null;
        if (said != null) {
            return said;
        }
        if (!field.token.isBoolean()) {
            throw new BadRequest("'" + name + "' must be true or false");
        }
        return field.token == JsonToken.VALUE_TRUE;
    }

    /** @return the first of the fields that is there */
    @Nullable Long wholeNumber(String... names) {
        for (String name : names) {
            Field field = field(name);
            if (field != null) {
                return wholeNumber(name, field);
            }
        }
        return null;
    }

    private Long wholeNumber(String name, Field field) {
        String text = field.text;
        boolean number = form ? text != null && text.matches("\\d+") : field.token == JsonToken.VALUE_NUMBER_INT;
        if (!number || text == null || text.startsWith("-")) {
            throw new BadRequest("'" + name + "' must be a whole number that is not negative");
        }
        return text.length() > 18 ? Long.MAX_VALUE / 1024 : Long.parseLong(text);
    }

    long tokenBound(String... names) {
        long sum = TokenBound.OF_A_CALL;
        for (String name : names) {
            Field field = field(name);
            sum = field == null ? sum : TokenBound.plus(sum, field.tokenBound);
        }
        return sum;
    }

    /** Of everything that the body says. */
    long tokenBound() {
        return tokenBound(fields.keySet().toArray(String[]::new));
    }

    long textBytes(String... names) {
        long sum = 0;
        for (String name : names) {
            Field field = field(name);
            sum += field == null ? 0 : field.textBytes;
        }
        return sum;
    }

    /** Types of the objects in a list, such as tools; an object without a type is not counted. */
    List<String> types(String name) {
        Field field = field(name);
        return field == null ? List.of() : field.types;
    }

    /** Names of the properties of a field, and of the objects directly in it. */
    Set<String> names(String name) {
        Field field = field(name);
        return field == null ? Set.of() : field.names;
    }

    /**
     * The wanted properties of an object, however large the others are; missing if the field is not there.
     *
     * @throws BadRequest if one of them occurs twice: the provider might read the other one
     */
    JsonNode picked(String name, Set<String> wanted) {
        Field field = field(name);
        return field == null ? MissingNode.getInstance() : Json.pick(bytes, field.from, field.to - field.from, wanted);
    }

    /**
     * A request that stands in a field of this one.
     *
     * @throws BadRequest if the field is no object
     */
    RequestBody within(String name) {
        Field field = field(name);
        if (field == null || field.token != JsonToken.START_OBJECT) {
            throw new BadRequest("'" + name + "' must be an object");
        }
        return read(Arrays.copyOfRange(bytes, field.from, field.to));
    }

    /**
     * Whether the same request is meant to have the same answer: no randomness, or one that is fixed. A request that goes on
     * from what the provider has stored is never the same twice.
     */
    public boolean isDeterministic() {
        JsonNode google = small("generationConfig");
        JsonNode amazon = small("inferenceConfig");
        return has("seed")
                || google.hasNonNull("seed")
                || isZero("temperature")
                || isZero(google.path("temperature"))
                || isZero(amazon.path("temperature"));
    }

    /** Whether the answer depends on something that the provider keeps, and that may change. */
    public boolean dependsOnStored() {
        Field prompt = field("prompt");
        return has("previous_response_id")
                || has("conversation")
                || flagged("background")
                || prompt != null && prompt.token == JsonToken.START_OBJECT;
    }

    /** Whether the provider may look something up, or do something, before it answers: tools that it runs itself. */
    public boolean letsTheProviderAct() {
        return HostedTools.in(this);
    }

    private boolean flagged(String name) {
        Field field = field(name);
        return field != null && field.token == JsonToken.VALUE_TRUE;
    }

    private boolean isZero(String name) {
        Field field = field(name);
        return field != null
                && field.token.isNumeric()
                && field.text != null
                && field.text.length() < 32
                && new java.math.BigDecimal(field.text).signum() == 0;
    }

    private static boolean isZero(JsonNode value) {
        return value.isNumber() && value.decimalValue().signum() == 0;
    }

    /** Everything that makes two requests the same question, in an order that does not depend on the caller. */
    public void fingerprint(Consumer<byte[]> hash) {
        if (modelOfPath != null) {
            hash.accept(modelOfPath.getBytes(StandardCharsets.UTF_8));
        }
        fields.forEach((name, field) -> {
            if (!NOT_THE_QUESTION.contains(name)) {
                hash.accept(name.getBytes(StandardCharsets.UTF_8));
                hash.accept(field.digest);
            }
        });
    }
}
