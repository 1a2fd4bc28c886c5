package dev.nightdesk.gate;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What bounds the starts of one worker.
 *
 * @param maxAttempts attempts at one task until a person steps in
 * @param runUsd what one run may cost, reserved before it starts
 * @param taskUsd what one task may cost in its lifetime
 * @param monthUsd what the worker may cost in a calendar month
 * @param runsPerWindow runs of one task in 24 hours, over all causes, until a person steps in
 */
public record Bounds(
    int maxAttempts,
    BigDecimal runUsd,
    BigDecimal taskUsd,
    Optional<BigDecimal> monthUsd,
    int runsPerWindow) {

  /** How many runs of one task in 24 hours are a loop rather than work. */
  public static final int LOOP = 10;

  /** How many times in a row a task may take its worker down with it. */
  public static final int POISON = 3;
}
