/**
 * What an adapter author implements, and the values exchanged with the worker.
 *
 * <p>Two small interfaces carry everything: a {@link dev.nightdesk.spi.TaskQueue} is where tasks
 * live, an {@link dev.nightdesk.spi.AgentRunner} does the work. Their providers are found by {@link
 * java.util.ServiceLoader} and chosen by name. This package needs the JDK and JSpecify only.
 */
@NullMarked
package dev.nightdesk.spi;

import org.jspecify.annotations.NullMarked;
