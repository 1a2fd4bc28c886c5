/** Runs the launcher and the release as a person would. */
@NullMarked
package dev.nightdesk.dist;

import org.jspecify.annotations.NullMarked;
