/** A PostgreSQL of our own in {@code NIGHTDESK_HOME}, for whoever has none. */
@NullMarked
package dev.nightdesk.queue.postgres.embedded;

import org.jspecify.annotations.NullMarked;
