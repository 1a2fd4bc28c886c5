/** The agent {@code codex}: OpenAI's Codex CLI, one {@code codex exec} for each run. */
@NullMarked
package dev.nightdesk.agent.codex;

import org.jspecify.annotations.NullMarked;
