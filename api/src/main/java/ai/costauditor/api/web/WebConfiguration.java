package ai.costauditor.api.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON and parameters of the REST API. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

    /** Only the API speaks snake_case: the mapper that stores events must not change with a property of the web. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ServerHttpMessageConvertersCustomizer snakeCaseInTheApi(JsonMapper mapper) {
        JsonMapper snakeCase = mapper.rebuild()
                .propertyNamingStrategy(SnakeCase.STRATEGY)
                // a misspelt policy must not become a policy that allows everything
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        return converters -> converters.withJsonConverter(new JacksonJsonHttpMessageConverter(snakeCase));
    }

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverterFactory(new ConstantsByWireName());
    }

    /** {@code ?status=settled_late}: the same names as in the JSON, and no others. */
    @SuppressWarnings("rawtypes")
    private static final class ConstantsByWireName implements ConverterFactory<String, Enum> {

        @Override
        public <T extends Enum> Converter<String, T> getConverter(Class<T> type) {
            return text -> Arrays.stream(type.getEnumConstants())
                    .filter(constant -> wireName(type, constant.name()).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no " + text));
        }

        private static String wireName(Class<?> type, String constant) {
            try {
                JsonProperty name = type.getField(constant).getAnnotation(JsonProperty.class);
                return name == null ? constant.toLowerCase(Locale.ROOT) : name.value();
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
