package ai.costauditor.ledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Which entry of the list a name is priced by, over the whole list: what the package itself says. {@code npm run names} in
 * {@code src/pricing-data} writes it: ids, and ids with something behind them.
 */
class ModelMatchTest {

    private static final PriceList LIST = PriceList.load("/pricing/catalogue-2026-09-23.json");

    @Test
    void everyNameOfTheListIsPricedByTheEntryThatThePackageFinds() {
        JsonNode names = PriceList.read("/pricing/names.json");
        assertThat(names.size()).isGreaterThan(1_500);
        List<String> others = names.valueStream()
                .filter(name -> !name.get(2)
                        .asString()
                        .equals(LIST.find(name.get(0).asString(), name.get(1).asString())
                                .map(ModelPrice::id)
                                .orElse("nothing")))
                .map(JsonNode::toString)
                .toList();
        assertThat(others).isEmpty();
    }
}
