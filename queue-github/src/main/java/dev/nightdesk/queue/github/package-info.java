/**
 * Tasks in the issues of a GitHub repository.
 *
 * <p>{@link dev.nightdesk.queue.github.GitHubQueue} is what a worker sees. {@code GitHubClient} is
 * the way to the server, {@code GitHubPolls} lists, {@code GitHubBoard} reads and writes single
 * issues, {@code Access} and its kinds hold the token, {@code GitHubCheckup} is what doctor says.
 */
@NullMarked
package dev.nightdesk.queue.github;

import org.jspecify.annotations.NullMarked;
