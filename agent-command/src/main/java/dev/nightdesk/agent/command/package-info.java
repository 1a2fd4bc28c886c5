/** The agent {@code command}: any program, prompt in, result out. */
@NullMarked
package dev.nightdesk.agent.command;

import org.jspecify.annotations.NullMarked;
