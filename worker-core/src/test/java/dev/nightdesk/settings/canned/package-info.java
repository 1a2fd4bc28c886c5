/** Adapters for tests; some of them are broken on purpose. */
@NullMarked
package dev.nightdesk.settings.canned;

import org.jspecify.annotations.NullMarked;
