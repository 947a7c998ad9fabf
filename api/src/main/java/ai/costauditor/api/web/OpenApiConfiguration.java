package ai.costauditor.api.web;

import static ai.costauditor.api.web.RecordSchemas.text;

import ai.costauditor.api.identity.Caller;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The published description of the API, from which the pages' client is generated. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
    }

    @Bean
    OpenAPI description() {
        OpenAPI api = new OpenAPI()
                .info(new Info()
                        .title("AI Cost Auditor")
                        .version("1")
                        .description(
                                "Money is an exact decimal string in the organisation's currency, time is UTC with Z,"
                                        + " errors are problem+json (RFC 9457)."))
                .servers(List.of(new Server().url("/")))
                .security(List.of(new SecurityRequirement().addList("bearer")));
        api.schema("Problem", problem());
        api.getComponents()
                .addSecuritySchemes(
                        "bearer",
                        new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"));
        return api;
    }

    /** The describing library has a mapper of its own, which must know how names look on the wire. */
    @Bean
    RecordSchemas recordSchemas(ObjectMapperProvider mappers) {
        return new RecordSchemas(
                mappers.jsonMapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
    }

    /** In one order and one form, so that a change of the file is a change of the contract. */
    @Bean
    OpenApiCustomizer onlyTheContract(RecordSchemas schemas) {
        return api -> {
            schemas.requireOneRecordPerName();
            Paths sorted = new Paths();
            new TreeMap<>(api.getPaths()).forEach((path, item) -> {
                if (path.startsWith("/api/v1/")) {
                    item.readOperations().forEach(OpenApiConfiguration::finish);
                    sorted.addPathItem(path, item);
                }
            });
            api.setPaths(sorted);
            api.getComponents().addSchemas("Problem", problem());
            api.getComponents().setSchemas(new TreeMap<>(api.getComponents().getSchemas()));
        };
    }

    private static void finish(Operation operation) {
        operation.getResponses().values().forEach(response -> {
            if (response.getContent() != null && response.getContent().containsKey("*/*")) {
                response.getContent().addMediaType(JSON, response.getContent().remove("*/*"));
            }
        });
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("What went wrong")
                                .content(new Content()
                                        .addMediaType(
                                                PROBLEM,
                                                new MediaType()
                                                        .schema(new Schema<>().$ref("#/components/schemas/Problem")))));
        if (operation.getParameters() != null) {
            operation.getParameters().forEach(parameter -> lowerCaseDefault(parameter.getSchema()));
        }
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static void lowerCaseDefault(Schema schema) {
        if (schema.getEnum() != null && schema.getDefault() != null) {
            schema.setDefault(schema.getDefault().toString().toLowerCase(Locale.ROOT));
        }
    }

    private static Schema<?> problem() {
        Schema<?> field = new JsonSchema()
                .types(Set.of("object"))
                .addProperty("field", text().example("budgets[0].limit"))
                .addProperty("message", text())
                .required(List.of("field", "message"));
        return new JsonSchema()
                .types(Set.of("object"))
                .addProperty("type", text())
                .addProperty("title", text())
                .addProperty("status", new JsonSchema().types(Set.of("integer")))
                .addProperty("detail", text())
                .addProperty("instance", text())
                .addProperty("errors", new JsonSchema().types(Set.of("array")).items(field))
                .required(List.of("title", "status"));
    }
}
