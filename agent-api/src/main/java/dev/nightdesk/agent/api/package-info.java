/** The agent {@code api}: a bounded loop of our own around a model's service. */
@NullMarked
package dev.nightdesk.agent.api;

import org.jspecify.annotations.NullMarked;
