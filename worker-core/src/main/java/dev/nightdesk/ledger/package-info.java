/**
 * The durable memory: what is known of tasks and runs, who runs what, and what is still to write.
 */
@NullMarked
package dev.nightdesk.ledger;

import org.jspecify.annotations.NullMarked;
