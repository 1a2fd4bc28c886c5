@NullMarked
package dev.nightdesk.queue.github;

import org.jspecify.annotations.NullMarked;
