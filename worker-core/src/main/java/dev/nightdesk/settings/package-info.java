/**
 * From the environment to checked values: variables and {@code .env} files, the adapters found, the
 * prefix rule for many workers, and every problem at once.
 */
@NullMarked
package dev.nightdesk.settings;

import org.jspecify.annotations.NullMarked;
