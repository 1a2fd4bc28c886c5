@NullMarked
package dev.nightdesk.toolkit.http;

import org.jspecify.annotations.NullMarked;
