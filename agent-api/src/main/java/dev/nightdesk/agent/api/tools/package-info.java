/** What the model may do: files of the workspace, and commands. */
@NullMarked
package dev.nightdesk.agent.api.tools;

import org.jspecify.annotations.NullMarked;
