/**
 * Tasks in a PostgreSQL table: one of ours, or one that the user has already.
 *
 * <p>{@link dev.nightdesk.queue.postgres.PostgresQueue} is what a worker sees. {@code
 * PostgresClient} is the way to the server, {@code TaskReader} and {@code TaskWriter} hold the SQL,
 * {@code Listener} hears of changes, {@code Checkup} is what doctor says.
 */
@NullMarked
package dev.nightdesk.queue.postgres;

import org.jspecify.annotations.NullMarked;
