/**
 * What an adapter author tests with: a contract suite for each of the two SPIs, faults on loopback,
 * a scripted agent and a clock that tests set.
 *
 * <p>A contract is an abstract JUnit class; an adapter extends it and supplies fixtures. Nothing
 * here ships in a release.
 */
@NullMarked
package dev.nightdesk.testkit;

import org.jspecify.annotations.NullMarked;
