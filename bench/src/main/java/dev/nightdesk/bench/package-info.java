/** What Nightdesk costs, each figure next to another one of the same run. */
@NullMarked
package dev.nightdesk.bench;

import org.jspecify.annotations.NullMarked;
