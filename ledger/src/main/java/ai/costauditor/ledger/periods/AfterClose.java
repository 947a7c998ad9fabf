package ai.costauditor.ledger.periods;

import java.time.Instant;
import java.time.YearMonth;

/**
 * Why money counts elsewhere than at the authorisation of its call: that month was closed.
 *
 * @param corrects the closed month
 * @param countsAt it counts in the windows and the month that hold this moment (UTC)
 */
public record AfterClose(YearMonth corrects, Instant countsAt) {}
