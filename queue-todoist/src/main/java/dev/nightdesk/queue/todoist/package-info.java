/**
 * Tasks of a Todoist project.
 *
 * <p>{@link dev.nightdesk.queue.todoist.TodoistQueueProvider} makes the queue. {@code
 * TodoistClient} is the way to the service, {@code TodoistReader} and {@code TodoistBoard} read and
 * write, {@code Faults} says what an answer means, {@code Checkup} is what doctor says.
 */
@NullMarked
package dev.nightdesk.queue.todoist;

import org.jspecify.annotations.NullMarked;
