@NullMarked
package dev.nightdesk.agent.codex;

import org.jspecify.annotations.NullMarked;
