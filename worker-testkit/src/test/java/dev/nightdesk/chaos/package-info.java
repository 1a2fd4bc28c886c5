@NullMarked
package dev.nightdesk.chaos;

import org.jspecify.annotations.NullMarked;
