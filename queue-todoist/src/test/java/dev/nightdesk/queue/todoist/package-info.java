@NullMarked
package dev.nightdesk.queue.todoist;

import org.jspecify.annotations.NullMarked;
