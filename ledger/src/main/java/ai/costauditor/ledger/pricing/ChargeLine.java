package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;

/**
 * Quantity × price, rounded once (half-even, 12 places).
 *
 * @param kind wire name of a token kind or of a unit
 * @param unitPrice price of {@code per} units
 * @param per how many units the price is for, 1,000,000 for tokens
 */
public record ChargeLine(
        String kind,
        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal quantity,
        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal unitPrice,
        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal per,
        Money amount) {}
