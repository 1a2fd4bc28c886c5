@NullMarked
package dev.nightdesk.gate;

import org.jspecify.annotations.NullMarked;
