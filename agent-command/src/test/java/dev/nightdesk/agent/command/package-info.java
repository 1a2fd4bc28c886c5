@NullMarked
package dev.nightdesk.agent.command;

import org.jspecify.annotations.NullMarked;
