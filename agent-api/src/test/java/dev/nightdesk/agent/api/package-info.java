@NullMarked
package dev.nightdesk.agent.api;

import org.jspecify.annotations.NullMarked;
