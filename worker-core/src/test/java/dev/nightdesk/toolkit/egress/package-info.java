@NullMarked
package dev.nightdesk.toolkit.egress;

import org.jspecify.annotations.NullMarked;
