/**
 * Help for adapters, to take or leave: child processes that cannot outlive their run, and limits of
 * text.
 *
 * <p>A program is started with {@link dev.nightdesk.toolkit.ChildProcess}: under a supervisor, in a
 * sandbox or a namespace of its own, with its output going to files of bounded size. This package
 * needs the JDK and {@code spi} only.
 */
@NullMarked
package dev.nightdesk.toolkit;

import org.jspecify.annotations.NullMarked;
