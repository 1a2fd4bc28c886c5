/** The program: commands, and how its parts are put together. Only this room may end the JVM. */
@NullMarked
package dev.nightdesk.app;

import org.jspecify.annotations.NullMarked;
