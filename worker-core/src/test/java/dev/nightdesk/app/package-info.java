@NullMarked
package dev.nightdesk.app;

import org.jspecify.annotations.NullMarked;
