/** The audit log: one line per run, appended, chained, never rewritten. */
@NullMarked
package dev.nightdesk.audit;

import org.jspecify.annotations.NullMarked;
