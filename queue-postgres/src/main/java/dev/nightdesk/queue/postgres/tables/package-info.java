/** What the tables are called, what they have, and how they are made where they are absent. */
@NullMarked
package dev.nightdesk.queue.postgres.tables;

import org.jspecify.annotations.NullMarked;
