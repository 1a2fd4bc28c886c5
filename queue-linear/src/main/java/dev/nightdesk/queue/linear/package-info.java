/**
 * Tasks as issues of a Linear team.
 *
 * <p>{@link dev.nightdesk.queue.linear.LinearQueue} is what a worker sees. {@code LinearClient}
 * sends the documents of {@code LinearDocuments}, {@code LinearSites} knows the team's states,
 * {@code LinearTasks} and {@code LinearComments} read what comes back, {@code LinearPolls} lists,
 * {@code LinearBoard} writes, {@code LinearCheckup} is what doctor says. The types in {@code
 * schema} are generated from {@code linear.graphqls}.
 */
@NullMarked
package dev.nightdesk.queue.linear;

import org.jspecify.annotations.NullMarked;
