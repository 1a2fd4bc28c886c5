@NullMarked
package dev.nightdesk.queue.airtable;

import org.jspecify.annotations.NullMarked;
