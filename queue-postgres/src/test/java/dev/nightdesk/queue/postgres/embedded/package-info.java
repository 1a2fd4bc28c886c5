@NullMarked
package dev.nightdesk.queue.postgres.embedded;

import org.jspecify.annotations.NullMarked;
