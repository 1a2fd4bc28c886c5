@NullMarked
package dev.nightdesk;

import org.jspecify.annotations.NullMarked;
