@NullMarked
package dev.nightdesk.agent.claude;

import org.jspecify.annotations.NullMarked;
