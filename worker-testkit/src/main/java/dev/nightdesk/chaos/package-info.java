/**
 * Worker processes on many machines that are killed, frozen and restarted at random, and the
 * reckoning afterwards: what was lost, repeated, or done twice at a time.
 */
@NullMarked
package dev.nightdesk.chaos;

import org.jspecify.annotations.NullMarked;
