/**
 * Tasks in a PostgreSQL table: one of ours, or one that the user has already.
 *
 * <p>{@link dev.nightdesk.queue.postgres.PostgresQueue} is what a worker sees. {@code
 * PostgresClient} holds the connections, {@code Survey} finds out what the table has, {@code
 * TaskReader} and {@code TaskWriter} hold the SQL, {@code Listener} hears of changes.
 */
@NullMarked
package dev.nightdesk.queue.postgres;

import org.jspecify.annotations.NullMarked;
