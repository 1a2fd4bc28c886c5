@NullMarked
package dev.nightdesk.testkit.modelserver;

import org.jspecify.annotations.NullMarked;
