package dev.nightdesk.ledger;

import dev.nightdesk.spi.Cause;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** What the ledger knows of a task. */
public record TaskRow(
    TaskKey key,
    String title,
    Optional<String> url,
    Optional<String> authorId,
    int priority,
    Optional<Instant> due,
    Optional<Instant> createdAt,
    Optional<Instant> updatedAt,
    Optional<String> round,
    TaskState state,
    Cause nextCause,
    long epoch,
    int attempts,
    int crashes,
    int modelFailures,
    Optional<Instant> notBefore,
    Optional<String> waitReason,
    Optional<String> holdReason,
    Optional<String> holdRelease,
    Optional<String> session,
    Optional<String> lastRun,
    BigDecimal spentUsd,
    long runs) {}
