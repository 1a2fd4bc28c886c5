@NullMarked
package dev.nightdesk.worker;

import org.jspecify.annotations.NullMarked;
