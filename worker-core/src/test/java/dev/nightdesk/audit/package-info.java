@NullMarked
package dev.nightdesk.audit;

import org.jspecify.annotations.NullMarked;
