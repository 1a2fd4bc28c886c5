@NullMarked
package dev.nightdesk.settings;

import org.jspecify.annotations.NullMarked;
