/** A model's service on loopback that plays a script, for tests of agents. */
@NullMarked
package dev.nightdesk.testkit.modelserver;

import org.jspecify.annotations.NullMarked;
