/**
 * Tasks in the issues of a GitHub repository.
 *
 * <p>{@link dev.nightdesk.queue.github.GitHubQueue} is what a worker sees. {@code GitHubClient} is
 * the way to the server, {@code GitHubPolls} lists, {@code GitHubBoard} reads and writes single
 * issues, {@code Access} and its kinds hold the token, {@code GitHubCheckup} is what doctor says.
 *
 * <p>The library github-api writes comments and labels, opens issues, lists the repository's labels
 * and gets an App its tokens, through {@code GitHubLibrary}. What decides is read without it: its
 * issues lack dependencies and the organization's fields, it asks once more for the author of each
 * comment, and of a permission it leaves out whose it is.
 */
@NullMarked
package dev.nightdesk.queue.github;

import org.jspecify.annotations.NullMarked;
