/** The agent {@code claude}: Claude Code without a screen, one process a run. */
@NullMarked
package dev.nightdesk.agent.claude;

import org.jspecify.annotations.NullMarked;
