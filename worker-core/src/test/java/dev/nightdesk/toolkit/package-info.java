@NullMarked
package dev.nightdesk.toolkit;

import org.jspecify.annotations.NullMarked;
