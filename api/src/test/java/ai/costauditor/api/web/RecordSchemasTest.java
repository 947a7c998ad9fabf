package ai.costauditor.api.web;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverterContextImpl;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordSchemasTest {

    private final RecordSchemas schemas = new RecordSchemas(new ObjectMapper());

    static final class Spending {
        record Row(String team, List<Row> below) {}
    }

    static final class Waste {
        record Row(String key) {}

        record Rows(List<Row> items) {}
    }

    /** As each operation is described: with a context of its own. */
    private void describe(Class<?> type) {
        new ModelConverterContextImpl(schemas).resolve(new AnnotatedType(type).resolveAsRef(true));
    }

    @Test
    void twoRecordsOfOneSimpleNameAreRefusedByBothTheirNames() {
        describe(Spending.Row.class);
        describe(Waste.Rows.class);
        assertThatThrownBy(schemas::requireOneRecordPerName)
                .hasMessageContaining(Spending.Row.class.getName())
                .hasMessageContaining(Waste.Row.class.getName());
    }

    @Test
    void oneRecordMayBeDescribedOften() {
        describe(Waste.Rows.class);
        describe(Waste.Rows.class);
        assertThatCode(schemas::requireOneRecordPerName).doesNotThrowAnyException();
    }
}
