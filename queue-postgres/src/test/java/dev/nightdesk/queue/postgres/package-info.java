@NullMarked
package dev.nightdesk.queue.postgres;

import org.jspecify.annotations.NullMarked;
