/** Linear on loopback, and what the queue makes of it. */
@NullMarked
package dev.nightdesk.queue.linear;

import org.jspecify.annotations.NullMarked;
