@NullMarked
package dev.nightdesk.agent.api.tools;

import org.jspecify.annotations.NullMarked;
