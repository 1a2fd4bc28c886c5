@NullMarked
package dev.nightdesk.testkit;

import org.jspecify.annotations.NullMarked;
